// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-decode/capture_file.hpp"

#include <pcap/pcap.h>

#include <algorithm>

namespace evengate::decode {
namespace {

pcap_t* pcap_of(void* capture) { return static_cast<pcap_t*>(capture); }

std::optional<LinkType> to_link_type(int datalink) {
    switch (datalink) {
        case DLT_EN10MB:
            return LinkType::ethernet;
        case DLT_LINUX_SLL:
            return LinkType::linux_cooked;
        case DLT_LINUX_SLL2:
            return LinkType::linux_cooked_v2;
        default:
            return std::nullopt;
    }
}

std::string datalink_name(int datalink) {
    const char* name = pcap_datalink_val_to_name(datalink);
    return name != nullptr ? name : "number " + std::to_string(datalink);
}

}  // namespace

void CaptureFile::Close::operator()(void* capture) const { pcap_close(pcap_of(capture)); }

Result<CaptureFile> CaptureFile::open(const std::string& path) {
    char fault[PCAP_ERRBUF_SIZE] = "";
    pcap_t* capture =
        pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, fault);
    if (capture == nullptr) {
        const std::string reason = fault;
        return Error{reason.find(path) == std::string::npos ? path + ": " + reason : reason};
    }
    const int datalink = pcap_datalink(capture);
    const auto link_type = to_link_type(datalink);
    if (!link_type) {
        pcap_close(capture);
        return Error{path + ": its link type is " + datalink_name(datalink) +
                     ", expected Ethernet (EN10MB) or Linux cooked (LINUX_SLL, LINUX_SLL2)"};
    }
    return CaptureFile(capture, *link_type);
}

Result<std::optional<CapturedFrame>> CaptureFile::next() {
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int status = pcap_next_ex(pcap_of(capture_.get()), &header, &bytes);
    if (status == PCAP_ERROR_BREAK) {
        return std::optional<CapturedFrame>();
    }
    if (status != 1) {
        return Error{"behind frame " + std::to_string(n_frames_) + ": " +
                     pcap_geterr(pcap_of(capture_.get()))};
    }
    CapturedFrame frame;
    frame.number = ++n_frames_;
    // With this precision the field has nanoseconds.
    constexpr int64_t kMaxSeconds = 9'000'000'000;  // a damaged file may say more than fits
    frame.time = std::chrono::seconds(std::clamp<int64_t>(header->ts.tv_sec, 0, kMaxSeconds)) +
                 std::chrono::nanoseconds(header->ts.tv_usec);
    frame.bytes = {bytes, header->caplen};
    frame.size_on_wire = header->len;
    return std::optional(frame);
}

}  // namespace evengate::decode
