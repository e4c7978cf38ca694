// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: known answers of rerouting's hashes; made by tests/oracle/reroute_vectors.py.
#pragma once

#include "reroute/slots.hpp"

// A script lays it out.
// clang-format off
namespace evengate::reroute {

inline constexpr HashKey kVectorKey{.k0 = 0x0706050403020100, .k1 = 0x0F0E0D0C0B0A0908};

struct FlowVector {
    Flow flow;
    uint64_t flow_hash;
    uint64_t symmetric_hash;
    uint64_t address_hash;
    uint16_t home;  // of kUnequal, by flow_hash
};

inline constexpr FlowVector kFlowVectors[] = {
    {{0x00000000, 0x00000000, 0, 0, 0},
     0x23C1A1B1AAA0AF63,
     0x23C1A1B1AAA0AF63,
     0x5CB96F6BA2A4FCFC,
     4},
    {{0xFFFFFFFF, 0xFFFFFFFF, 65535, 65535, 255},
     0xFE140AD8CA5C77D2,
     0xFE140AD8CA5C77D2,
     0x823F307311453347,
     4},
    {{0xC0000201, 0xC6336407, 49152, 80, 6},
     0x58C26058B6435FB7,
     0x58C26058B6435FB7,
     0x0FC9C4A1FB590EEF,
     4},
    {{0xC6336407, 0xC0000201, 80, 49152, 6},
     0xFAAA512BE4526C34,
     0x58C26058B6435FB7,
     0x6074ADCAABF0E78B,
     2},
    {{0xC0000201, 0xC6336407, 49152, 80, 17},
     0x78A12DB9FD0A5B54,
     0x78A12DB9FD0A5B54,
     0x0FC9C4A1FB590EEF,
     4},
    {{0x0A000001, 0x0A000001, 2, 1, 6},
     0xE93B7A5C813992A2,
     0xC1B14F7CFFE04179,
     0x3E2C20CF5F7B3484,
     4},
    {{0x9F767C45, 0x4164D839, 48613, 23496, 17},
     0xECAA324C9A89730E,
     0xF03987F8DFFE0E99,
     0xACF5CF8A8E84ADC3,
     4},
    {{0xF1446BEA, 0xD76D4330, 48489, 42731, 17},
     0xF2846CFD07EDF69B,
     0x06E7B106E16D6079,
     0x3AAE756B95161BE3,
     4},
    {{0x076CE2EF, 0xD7210DFF, 30515, 50853, 1},
     0xA6A1952EEAD77AC8,
     0xA6A1952EEAD77AC8,
     0x815CAD0C3DC2D0C5,
     2},
    {{0xA6233255, 0x0D464138, 59041, 10279, 1},
     0x3DF94E40F142D5DA,
     0x27A4EA6E9FDFDE56,
     0x80428C8E31BA06ED,
     2},
    {{0x5F2DD97F, 0x7814E8A2, 56914, 16159, 6},
     0xD2EDB0251EE2601A,
     0xD2EDB0251EE2601A,
     0x430332D8CD712C92,
     4},
    {{0x8B33E968, 0x1A1AFE87, 37613, 16340, 1},
     0xC08A9CC361347A8F,
     0x73A5AB58681EE37E,
     0x6315402C5AD113AD,
     4},
    {{0xBB2EDB20, 0x377B9AA2, 26748, 18316, 1},
     0xD2E5F5C9CCF12B5C,
     0x4C85AE035BD565BA,
     0x8C5A12CFE4FF3440,
     4},
    {{0xEA959C21, 0xDE11CC9D, 50182, 25522, 1},
     0xF576C28FD3A5BEDA,
     0x80B9398453ED197E,
     0x938A03DEA14390F9,
     4},
    {{0xC30D8B76, 0xCC11D357, 4714, 9094, 17},
     0xB14B3F2054457B91,
     0xB14B3F2054457B91,
     0x34D832C09EEEA8DA,
     4},
    {{0x9E115E4B, 0x71E0C07E, 8303, 8666, 1},
     0x230436BEA5FFB866,
     0x709AB98F1C1F53B2,
     0x45E52C1DD377FB29,
     4},
};

struct SourceVector {
    uint64_t source;  // MacAddress::from_u64()
    uint64_t hash;
};

inline constexpr SourceVector kSourceVectors[] = {
    {0x000000000000, 0x2147EA35E556C98A},
    {0x020000000001, 0xFC0A2A3E33E67D8B},
    {0x0123456789AB, 0x80FC4746B46996FF},
    {0xFFFFFFFFFFFF, 0xD29B73D2547B83CE},
};

inline constexpr uint64_t kEmptyDigest = 0xD1FBA762150C532C;
inline constexpr uint64_t kTextDigest = 0xA082D56A34A991AE;

inline constexpr Candidate kEqual[] = {
    {0, 0x00000A0000010050, 100},
    {1, 0x00000A0000020050, 100},
    {2, 0x00000A0000030050, 100},
    {3, 0x00000A0000040050, 100},
    {4, 0x00000A0000050050, 100},
    {5, 0x00000A0000060050, 100},
    {6, 0x00000A0000070050, 100},
    {7, 0x00000A0000080050, 100},
    {8, 0x00000A0000090050, 100},
    {9, 0x00000A00000A0050, 100},
};
inline constexpr uint16_t kEqualBegin[] = {5, 8, 2, 8, 0, 1, 7, 2};
inline constexpr uint64_t kEqualFnv = 0xA41918BEE8FB336B;

inline constexpr Candidate kUnequal[] = {
    {0, 0x00000A00000A0050, 1},
    {3, 0x00000A00000B0050, 65535},
    {1, 0x00000A00000C1F90, 32768},
    {7, 0x0000C00002010000, 0},
    {4, 0x0000C00002020000, 4000000000},
    {2, 0x0000C00002030000, 999999937},
};
inline constexpr uint16_t kUnequalBegin[] = {4, 4, 4, 2, 4, 4, 4, 4};
inline constexpr uint64_t kUnequalFnv = 0x979DE5438840EDC5;

inline constexpr Candidate kNone[] = {
    {0, 0x0000000000000001, 0},
};
inline constexpr uint16_t kNoneBegin[] = {65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535};
inline constexpr uint64_t kNoneFnv = 0x9111AFA91650A325;

}  // namespace evengate::reroute
