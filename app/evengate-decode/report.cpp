// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-decode/report.hpp"

#include <cstdio>

#include "evengate-decode/message_json.hpp"
#include "glbp/print.hpp"

namespace evengate::decode {
namespace {

constexpr uint8_t kExpectedTtl = 255;

std::string to_words(glbp::Verdict verdict) {
    switch (verdict) {
        case glbp::Verdict::authentic:
            return "authenticated";
        case glbp::Verdict::no_key:
            return "no key";
        case glbp::Verdict::missing:
        case glbp::Verdict::unexpected_method:
        case glbp::Verdict::wrong_digest:
            break;
    }
    return "rejected " + std::string(glbp::to_text(verdict));
}

std::string to_text_line(const Sighting& sighting) {
    char place[64];
    std::snprintf(place, sizeof place, "%5llu %12.6f ",
                  static_cast<unsigned long long>(sighting.frame_number),
                  std::chrono::duration<double>(sighting.time).count());
    std::string line = place;
    line += sighting.datagram.source.to_string() + " > " +
            sighting.datagram.destination.to_string() + " ";
    if (sighting.datagram.ttl != kExpectedTtl) {
        line += "ttl " + std::to_string(sighting.datagram.ttl) + " ";
    }
    if (!sighting.malformed.empty()) {
        return line + "malformed " + std::string(sighting.malformed);
    }
    line += glbp::to_line(sighting.decoded->message);
    if (sighting.decoded->n_unknown_tlvs != 0) {
        line += " unknown-tlvs " + std::to_string(sighting.decoded->n_unknown_tlvs);
    }
    return sighting.verdict ? line + " " + to_words(*sighting.verdict) : line;
}

std::string to_json_line(const Sighting& sighting) {
    nlohmann::ordered_json object;
    object["frame"] = sighting.frame_number;
    object["time_s"] = std::chrono::duration<double>(sighting.time).count();
    object["source"] = sighting.datagram.source.to_string();
    object["destination"] = sighting.datagram.destination.to_string();
    object["ttl"] = sighting.datagram.ttl;
    if (!sighting.malformed.empty()) {
        object["malformed"] = sighting.malformed;
        return object.dump();
    }
    object["message"] = to_json(sighting.decoded->message);
    object["unknown_tlvs"] = sighting.decoded->n_unknown_tlvs;
    if (sighting.verdict) {
        object["verdict"] = to_words(*sighting.verdict);
    }
    return object.dump();
}

}  // namespace

void Totals::add(const Sighting& sighting) {
    ++n_frames;
    if (!sighting.malformed.empty()) {
        ++n_malformed;
    } else if (sighting.verdict == glbp::Verdict::authentic) {
        ++n_authenticated;
    } else if (sighting.verdict && sighting.verdict != glbp::Verdict::no_key) {
        ++n_rejected;
    }
}

std::string to_line(const Sighting& sighting, Format format) {
    return format == Format::json ? to_json_line(sighting) : to_text_line(sighting);
}

std::string to_line(const Totals& totals, Format format) {
    if (format == Format::json) {
        nlohmann::ordered_json object;
        object["totals"] = {{"frames", totals.n_frames},
                            {"authenticated", totals.n_authenticated},
                            {"rejected", totals.n_rejected},
                            {"malformed", totals.n_malformed}};
        return object.dump();
    }
    return "frames " + std::to_string(totals.n_frames) + ", authenticated " +
           std::to_string(totals.n_authenticated) + ", rejected " +
           std::to_string(totals.n_rejected) + ", malformed " + std::to_string(totals.n_malformed);
}

}  // namespace evengate::decode
