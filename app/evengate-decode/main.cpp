// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <cstdio>
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "config/key_file.hpp"
#include "evengate-decode/capture_file.hpp"
#include "evengate-decode/report.hpp"
#include "evengate-decode/verification.hpp"

namespace evengate::decode {
namespace {

struct Options {
    std::string capture;
    std::vector<std::string> keys;
    std::string key_file;
    uint32_t segment = 0;
    Format format = Format::text;
};

int complain(const std::string& what) {
    std::fprintf(stderr, "evengate-decode: %s\n", what.c_str());
    return 1;
}

Result<std::vector<glbp::Key>> gather_keys(const Options& options) {
    std::vector<glbp::Key> keys;
    if (!options.key_file.empty()) {
        std::ifstream file(options.key_file);
        if (!file) {
            return Error{options.key_file + ": cannot be read"};
        }
        std::ostringstream text;
        text << file.rdbuf();
        // The method is that of each message.
        const auto read = config::read_keys(text.str(), settings::AuthMethod::hmac_sha256, options.key_file);
        if (!read) {
            return Error{config::to_string(read.error().front())};
        }
        for (const settings::AuthKey& key : read.value()) {
            keys.push_back({key.id, key.secret});
        }
    }
    for (const std::string& text : options.keys) {
        const auto key = parse_key(text);
        if (!key) {
            return Error{"--key: expected ID:SECRET, such as 1:password"};
        }
        keys.push_back(*key);
    }
    return keys;
}

// Prints all messages of the capture, and the totals.
int print_capture(CaptureFile& capture, const Verification& verification, const Options& options) {
    Totals totals;
    glbp::Decoded decoded;
    std::chrono::nanoseconds start{0};
    std::string fault;
    while (fault.empty()) {
        const auto read = capture.next();
        if (!read) {
            fault = options.capture + ": damaged " + read.error().message;
            break;
        }
        const auto& frame = read.value();
        if (!frame) {
            break;
        }
        start = frame->number == 1 ? frame->time : start;
        const auto datagram = find_datagram(capture.link_type(), *frame);
        if (!datagram) {
            continue;
        }
        Sighting sighting{frame->number, frame->time - start, *datagram, {}, nullptr, {}};
        if (datagram->fault != DatagramFault::none) {
            sighting.malformed = to_text(datagram->fault);
        } else if (const auto outcome = glbp::decode(datagram->payload, decoded); !outcome) {
            sighting.malformed = glbp::to_text(outcome.error());
        } else {
            sighting.decoded = &decoded;
            sighting.verdict = verification.verify(datagram->payload, decoded,
                                                   {datagram->source, options.segment});
        }
        totals.add(sighting);
        std::puts(to_line(sighting, options.format).c_str());
    }
    std::puts(to_line(totals, options.format).c_str());
    return fault.empty() ? 0 : complain(fault);
}

int run(const Options& options) {
    const auto keys = gather_keys(options);
    if (!keys) {
        return complain(keys.error().message);
    }
    const auto verification = Verification::make(keys.value());
    if (!verification) {
        return complain(verification.error().message);
    }
    auto capture = CaptureFile::open(options.capture);
    if (!capture) {
        return complain(capture.error().message);
    }
    return print_capture(capture.value(), verification.value(), options);
}

}  // namespace
}  // namespace evengate::decode

int main(int argc, char** argv) {
    CLI::App app{"evengate-decode: prints the messages of the group protocol (GLBP and native) in a capture\n"
                 "file, and verifies their authentication.",
                 "evengate-decode"};
    app.set_version_flag("--version", "evengate-decode " EVENGATE_VERSION);
    evengate::decode::Options options;
    bool json = false;
    app.add_option("FILE", options.capture, "capture file: pcap or pcapng, Ethernet or Linux cooked")->required();
    app.add_option("--key", options.keys, "a key to verify with; may be given several times")->type_name("ID:SECRET")
        ->allow_extra_args(false);
    app.add_option("--key-file", options.key_file, "a file of keys, each line 'ID SECRET'");
    app.add_option("--segment", options.segment, "the segment's number, which native digests cover")
        ->capture_default_str();
    app.add_flag("--json", json, "print JSON objects, one a line");
    app.footer("Without a key nothing is verified. The last line has the totals.");
    CLI11_PARSE(app, argc, argv);
    options.format = json ? evengate::decode::Format::json : evengate::decode::Format::text;

    return evengate::decode::run(options);
}
