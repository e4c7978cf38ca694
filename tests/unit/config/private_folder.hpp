// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a folder of a test's own, with files of given permissions. Used by: tests of config.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/stat.h>

#include "catch.hpp"

namespace evengate::config::testing {

class PrivateFolder {
 public:
    PrivateFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "evengate-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    ~PrivateFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, std::string_view text, mode_t mode) const {
        std::filesystem::path path = path_ / name;
        std::ofstream{path, std::ios::binary} << text;
        REQUIRE(chmod(path.c_str(), mode) == 0);
        return path;
    }

 private:
    std::filesystem::path path_;
};

}  // namespace evengate::config::testing
