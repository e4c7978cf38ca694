// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a message as JSON, its fields by the names that they have in glbp/message.hpp. What is absent or
// empty is left out. Ids, nonces and digests are hexadecimal text, a plain password is its size.
// Thread: any. Used by: evengate-decode, the oracle.
#pragma once

#include <nlohmann/json.hpp>

#include "glbp/message.hpp"

namespace evengate::decode {

nlohmann::ordered_json to_json(const glbp::Message& message);

}  // namespace evengate::decode
