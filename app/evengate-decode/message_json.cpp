// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-decode/message_json.hpp"

#include <cstdio>
#include <string>

#include "evengate-decode/message_fields.hpp"

namespace evengate::decode {
namespace {

using Json = nlohmann::ordered_json;

std::string to_hex(std::span<const uint8_t> bytes) {
    std::string text;
    for (const uint8_t byte : bytes) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", byte);
        text += pair;
    }
    return text;
}

std::string to_hex(uint64_t value) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

Json to_value(uint64_t value) { return value; }
Json to_value(const MacAddress& mac) { return mac.to_string(); }
Json to_value(const IpAddress& address) { return address.to_string(); }
Json to_value(MemberId member) { return to_hex(member.value); }
Json to_value(GroupId group) { return group.value; }
Json to_value(const glbp::Name& name) { return std::string(name.begin(), name.end()); }
Json to_value(const glbp::VmacBitmap& bitmap) {
    Json numbers = Json::array();
    for (unsigned number = 0; number <= glbp::kMaxVmacs; ++number) {
        if (bitmap.has(static_cast<uint8_t>(number))) {
            numbers.push_back(number);
        }
    }
    return numbers;
}
template <size_t kSize>
Json to_value(const std::array<uint8_t, kSize>& bytes) {
    return to_hex(bytes);
}
template <class T, size_t kCapacity>
Json to_value(const BoundedVector<T, kCapacity>& list);
template <class T>
Json to_value(const T& part)
    requires std::is_class_v<T>;

class Writer {
 public:
    template <class T>
    void operator()(const char* name, const T& field) {
        object_[name] = to_value(field);
    }
    template <class T>
    void operator()(const char* name, const std::optional<T>& field) {
        if (field) {
            object_[name] = to_value(*field);
        }
    }
    template <class T, size_t kCapacity>
    void operator()(const char* name, const BoundedVector<T, kCapacity>& list) {
        if (!list.empty()) {
            object_[name] = to_value(list);
        }
    }
    void operator()(const char* name, const glbp::VmacBitmap& bitmap) {
        if (!bitmap.empty()) {
            object_[name] = to_value(bitmap);
        }
    }
    void hex(const char* name, uint64_t value) { object_[name] = to_hex(value); }
    void ipv4(const char* name, uint32_t host_order) { (*this)(name, IpAddress::v4(host_order)); }
    template <class Enum, class Choices>
    void choice(const char* name, Enum value, const Choices& choices) {
        for (const auto& [enumerator, text] : choices) {
            if (enumerator == value) {
                object_[name] = text;
            }
        }
    }
    void secret(const char*, std::span<const uint8_t> bytes, glbp::CiscoAuthType type) {
        if (type == glbp::CiscoAuthType::plain) {
            object_["password_bytes"] = bytes.size();
        } else if (!bytes.empty()) {
            object_["digest"] = to_hex(bytes);
        }
    }

    Json take() { return std::move(object_); }

 private:
    Json object_ = Json::object();
};

template <class T, size_t kCapacity>
Json to_value(const BoundedVector<T, kCapacity>& list) {
    Json values = Json::array();
    for (const T& entry : list) {
        values.push_back(to_value(entry));
    }
    return values;
}

template <class T>
Json to_value(const T& part)
    requires std::is_class_v<T>
{
    Writer writer;
    describe(writer, part);
    return writer.take();
}

}  // namespace

nlohmann::ordered_json to_json(const glbp::Message& message) {
    Writer writer;
    describe(writer, message);
    return writer.take();
}

}  // namespace evengate::decode
