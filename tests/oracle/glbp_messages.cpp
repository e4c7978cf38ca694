// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a filter from messages to bytes and back, for the oracle. Thread: one.
// In, a JSON object a line: "payload" to decode and verify, or "message" to encode; with "method" ("raw": as the
// message is), "keys", "source" and "segment". Out, a line each: "payload"; or "message", "again" (its encoding)
// and "verdict", or "fault".
#include <cstdio>
#include <iostream>

#include "evengate-decode/message_fields.hpp"
#include "evengate-decode/message_json.hpp"
#include "glbp/authentication.hpp"
#include "glbp/encode.hpp"

namespace evengate::decode {
namespace {

using Json = nlohmann::json;
using Bytes = std::vector<uint8_t>;

Bytes from_hex(const std::string& text) {
    Bytes bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

std::string to_hex(std::span<const uint8_t> bytes) {
    std::string text;
    for (const uint8_t byte : bytes) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", byte);
        text += pair;
    }
    return text;
}

// Fills an object from JSON; what is not there stays as it is.
class Reader {
 public:
    explicit Reader(const Json& object) : object_(object) {}

    template <class T>
    void operator()(const char* name, T& field) {
        if (object_.contains(name)) {
            take(object_[name], field);
        }
    }
    void hex(const char* name, uint64_t& field) {
        field = std::stoull(object_.at(name).get<std::string>(), nullptr, 16);
    }
    void ipv4(const char* name, uint32_t& host_order) {
        IpAddress address;
        (*this)(name, address);
        host_order = address.to_v4();
    }
    template <class Enum, class Choices>
    void choice(const char* name, Enum& field, const Choices& choices) {
        for (const auto& [enumerator, text] : choices) {
            if (object_.at(name) == text) {
                field = enumerator;
            }
        }
    }
    void secret(const char* name, BoundedVector<uint8_t, 64>& bytes, glbp::CiscoAuthType) {
        take_bytes(object_.at(name), bytes);
    }

 private:
    template <std::integral T>
    static void take(const Json& value, T& field) {
        field = value.get<T>();
    }
    static void take(const Json& value, MacAddress& mac) { mac = *MacAddress::parse(value.get<std::string>()); }
    static void take(const Json& value, IpAddress& address) {
        address = *IpAddress::parse(value.get<std::string>());
    }
    static void take(const Json& value, MemberId& member) {
        member.value = std::stoull(value.get<std::string>(), nullptr, 16);
    }
    static void take(const Json& value, GroupId& group) { group.value = value.get<uint16_t>(); }
    static void take(const Json& value, glbp::Name& name) {
        for (const char c : value.get<std::string>()) {
            static_cast<void>(name.try_push_back(c));
        }
    }
    static void take(const Json& value, glbp::VmacBitmap& bitmap) {
        for (const Json& number : value) {
            bitmap.set(number.get<uint8_t>());
        }
    }
    template <size_t kSize>
    static void take(const Json& value, std::array<uint8_t, kSize>& bytes) {
        const Bytes from = from_hex(value.get<std::string>());
        std::copy_n(from.begin(), kSize, bytes.begin());
    }
    template <class T>
    static void take(const Json& value, std::optional<T>& field) {
        take(value, field.emplace());
    }
    template <class T, size_t kCapacity>
    static void take(const Json& value, BoundedVector<T, kCapacity>& list) {
        for (const Json& entry : value) {
            static_cast<void>(list.try_push_back({}));
            take(entry, list.back());
        }
    }
    template <class T>
    static void take(const Json& value, T& part)
        requires std::is_class_v<T>
    {
        Reader reader(value);
        describe(reader, part);
    }
    static void take_bytes(const Json& value, BoundedVector<uint8_t, 64>& bytes) {
        for (const uint8_t byte : from_hex(value.get<std::string>())) {
            static_cast<void>(bytes.try_push_back(byte));
        }
    }

    const Json& object_;
};

glbp::KeyRing make_ring(const Json& line) {
    constexpr Choices<glbp::AuthMethod, 5> kMethods{{{glbp::AuthMethod::none, "none"},
                                                     {glbp::AuthMethod::plain, "plain"},
                                                     {glbp::AuthMethod::md5, "md5"},
                                                     {glbp::AuthMethod::md5_string, "md5_string"},
                                                     {glbp::AuthMethod::hmac_sha256, "hmac_sha256"}}};
    glbp::AuthMethod method = glbp::AuthMethod::none;
    Reader(line).choice("method", method, kMethods);
    std::vector<glbp::Key> keys;
    for (const Json& key : line.at("keys")) {
        const Bytes secret = from_hex(key.at(1).get<std::string>());
        keys.push_back({key.at(0).get<uint32_t>(), std::string(secret.begin(), secret.end())});
    }
    auto ring = glbp::KeyRing::make(method, std::move(keys));
    if (!ring) {
        std::cerr << ring.error().message << '\n';
        std::exit(1);
    }
    return std::move(ring.value());
}

nlohmann::ordered_json answer(const Json& line) {
    glbp::Binding binding;
    Reader fields(line);
    fields("source", binding.source);
    fields("segment", binding.segment);
    const glbp::KeyRing ring = make_ring(line);
    std::array<uint8_t, glbp::kMaxMessageSize> buffer;
    nlohmann::ordered_json out;
    if (line.contains("message")) {
        glbp::Message message;
        fields("message", message);
        const size_t size = line.at("method") == "raw" ? glbp::encode(message, buffer)
                                                       : ring.encode_signed(message, binding, buffer);
        out["payload"] = to_hex(std::span(buffer).first(size));
        return out;
    }
    const Bytes payload = from_hex(line.at("payload").get<std::string>());
    glbp::Decoded decoded;
    if (const auto outcome = glbp::decode(payload, decoded); !outcome) {
        out["fault"] = glbp::to_text(outcome.error());
        return out;
    }
    out["message"] = to_json(decoded.message);
    out["unknown_tlvs"] = decoded.n_unknown_tlvs;
    out["again"] = to_hex(std::span(buffer).first(glbp::encode(decoded.message, buffer)));
    out["verdict"] = glbp::to_text(ring.verify(payload, decoded, binding));
    return out;
}

}  // namespace
}  // namespace evengate::decode

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << evengate::decode::answer(nlohmann::json::parse(line)).dump() << '\n';
    }
    return std::cout.good() ? 0 : 1;
}
