// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "config/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace evengate::config {
namespace {

constexpr std::string_view kBlanks = " \t";

// As glbp::KeyRing takes them.
size_t max_secret_size(settings::AuthMethod method) {
    switch (method) {
        case settings::AuthMethod::plain:
            return 8;
        case settings::AuthMethod::md5:
            return 55;
        default:
            return 255;
    }
}

class FileDescriptor {
 public:
    explicit FileDescriptor(int value) : value_(value) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (value_ >= 0) {
            close(value_);
        }
    }
    [[nodiscard]] int get() const { return value_; }

 private:
    int value_;
};

Problem whole_file(const std::string& path, std::string found, std::string expected) {
    return {.file = path, .found = std::move(found), .expected = std::move(expected)};
}

Problem unreadable(const std::string& path, int error) {
    return whole_file(path,
                      "a file that cannot be read (" + std::generic_category().message(error) + ")",
                      "a readable file");
}

// Looks at the open file, which nobody can exchange any more.
std::optional<Problem> find_exposure(const std::string& path, const struct stat& status) {
    constexpr mode_t kAllOthers = S_IRWXG | S_IRWXO;
    if (!S_ISREG(status.st_mode)) {
        return whole_file(path, "something that is no file", "a file");
    }
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
        return whole_file(path, fmt::format("a file of user {}", status.st_uid),
                          "one of root or of the user that evengate runs as");
    }
    if ((status.st_mode & kAllOthers) != 0) {
        return whole_file(
            path, fmt::format("a file that others may use (mode {:04o})", status.st_mode & 07777U),
            "one that only its owner may read (chmod 600)");
    }
    return std::nullopt;
}

Result<std::string, Problem> read_private_file(const std::string& path) {
    // Without waiting: a FIFO is refused, not read.
    const FileDescriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status {};
    if (file.get() < 0 || fstat(file.get(), &status) != 0) {
        return unreadable(path, errno);
    }
    if (auto problem = find_exposure(path, status)) {
        return std::move(*problem);
    }
    std::string text(kMaxKeyFileSize + 1, '\0');
    size_t size = 0;
    while (size < text.size()) {
        const ssize_t n_read = read(file.get(), text.data() + size, text.size() - size);
        if (n_read < 0 && errno != EINTR) {
            return unreadable(path, errno);
        }
        if (n_read == 0) {
            break;
        }
        size += n_read > 0 ? static_cast<size_t>(n_read) : 0;
    }
    text.resize(size);
    return text;
}

class KeyReader {
 public:
    KeyReader(settings::AuthMethod method, std::string_view file)
        : max_secret_size_(max_secret_size(method)), file_(file) {}

    // `line` excludes the line end.
    void read_line(std::string_view line) {
        ++line_number_;
        line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
        const size_t start = line.find_first_not_of(kBlanks);
        if (start == std::string_view::npos || line[start] == '#') {
            return;
        }
        if (keys_.size() == kMaxKeys) {
            has_too_many_ = true;
            return;
        }
        const size_t id_end = std::min(line.find_first_of(kBlanks, start), line.size());
        const size_t secret = std::min(line.find_first_not_of(kBlanks, id_end), line.size());
        // The key is kept, bad or not, so that the count is right.
        settings::AuthKey& key = keys_.emplace_back();
        read_id(line.substr(start, id_end - start), start, key);
        read_secret(line.substr(secret), secret, key);
    }

    KeyResult finish() && {
        if (has_too_many_) {
            problems_.push_back({.file = file_,
                                 .found = fmt::format("more than {} keys", kMaxKeys),
                                 .expected = "fewer"});
        } else if (keys_.empty()) {
            problems_.push_back(
                {.file = file_, .found = "no key", .expected = "lines with a key: ID SECRET"});
        }
        if (!problems_.empty()) {
            return std::move(problems_);
        }
        return std::move(keys_);
    }

 private:
    // What stands in the place of the id is not shown: it may be a secret whose id was forgotten.
    void read_id(std::string_view text, size_t offset, settings::AuthKey& key) {
        const char* const end = text.data() + text.size();
        const auto [stop, failure] = std::from_chars(text.data(), end, key.id);
        if (failure != std::errc{} || stop != end) {
            report(offset, "a word that is no key id", "a whole number from 0 to 4294967295");
            return;
        }
        const auto [first, is_new] = lines_.try_emplace(key.id, line_number_);
        if (!is_new) {
            report(offset,
                   fmt::format("the key id {} again (also on line {})", key.id, first->second),
                   "each id once");
        }
    }

    void read_secret(std::string_view text, size_t offset, settings::AuthKey& key) {
        const auto bad =
            std::find_if(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; });
        if (text.empty()) {
            report(offset, "no secret", "a word behind the key id");
        } else if (bad != text.end()) {
            report(offset + static_cast<size_t>(bad - text.begin()),
                   "a blank or another character that is not visible ASCII",
                   "one word as a secret");
        } else if (text.size() > max_secret_size_) {
            report(offset, fmt::format("a secret of {} characters", text.size()),
                   fmt::format("at most {}", max_secret_size_));
        }
        key.secret = text;
    }

    void report(size_t offset, std::string found, std::string expected) {
        problems_.push_back({.file = file_,
                             .line = line_number_,
                             .column = static_cast<uint32_t>(offset + 1),
                             .found = std::move(found),
                             .expected = std::move(expected)});
    }

    const size_t max_secret_size_;
    const std::string file_;
    uint32_t line_number_ = 0;
    bool has_too_many_ = false;
    std::map<uint32_t, uint32_t> lines_;  // id -> where it stood first
    std::vector<settings::AuthKey> keys_;
    std::vector<Problem> problems_;
};

}  // namespace

KeyResult read_keys(std::string_view text, settings::AuthMethod method,
                    std::string_view file_name) {
    if (text.size() > kMaxKeyFileSize) {
        return std::vector{whole_file(
            std::string{file_name},
            fmt::format("a file of more than {} KiB", kMaxKeyFileSize >> 10), "a smaller one")};
    }
    KeyReader reader{method, file_name};
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        reader.read_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(reader).finish();
}

KeyResult read_key_file(const std::string& path, settings::AuthMethod method) {
    const auto text = read_private_file(path);
    if (!text) {
        return std::vector{text.error()};
    }
    return read_keys(*text, method, path);
}

}  // namespace evengate::config
