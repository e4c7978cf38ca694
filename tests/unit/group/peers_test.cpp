// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/peers.hpp"

#include <random>

#include "catch.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

constexpr IpAddress kAddress = IpAddress::v4(0x0A000002);
constexpr MacAddress kMac = MacAddress::from_u64(0x0200'0000'0002);
constexpr TimePoint kStart{100s};

SegmentOptions make_options() {
    SegmentOptions options;
    options.self = {.member = MemberId{1}, .boot_nonce = 11};
    options.address = IpAddress::v4(0x0A000001);
    options.seed = 5;
    return options;
}

class Receiver {
 public:
    explicit Receiver(const SegmentOptions& options) : options_(options), peers(options_) {
        peers.on_link(Link::up, kStart);
    }

    glbp::Message message(MemberId member, uint64_t boot_nonce, uint64_t sequence) const {
        glbp::Message made;
        made.sender.emplace();
        made.sender->self = {.member = member, .boot_nonce = boot_nonce};
        made.sender->sequence = sequence;
        made.hello.emplace();
        made.hello->hold_ms = 30;
        return made;
    }
    // As one that has heard our last message.
    glbp::Message echo(MemberId member, uint64_t boot_nonce, uint64_t sequence) {
        glbp::Message made = message(member, boot_nonce, sequence);
        const uint64_t challenge = peers.next_sender(0).challenge;
        static_cast<void>(made.heard.try_push_back({.who = options_.self, .challenge = challenge, .is_live = 1}));
        return made;
    }
    std::optional<MessageRefusal> refusal(const glbp::Message& made, TimePoint now = kStart) {
        return peers.admit(made, kAddress, kMac, now).refusal;
    }

 private:
    SegmentOptions options_;

 public:
    Peers peers;
};

TEST_CASE("a life counts from its first echo of our challenge on") {
    Receiver receiver(make_options());
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 1)) == MessageRefusal::not_proven);
    CHECK_FALSE(receiver.peers.has_live());
    const glbp::Message proof = receiver.echo(MemberId{2}, 22, 2);
    CHECK(receiver.refusal(proof) == std::nullopt);
    CHECK(receiver.peers.has_live());
    CHECK(receiver.refusal(proof) == MessageRefusal::replayed);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 1)) == MessageRefusal::replayed);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 3)) == std::nullopt);
}

TEST_CASE("a message that comes behind a newer one is used, and keeps nobody alive") {
    Receiver receiver(make_options());
    CHECK(receiver.refusal(receiver.echo(MemberId{2}, 22, 1)) == std::nullopt);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 9), kStart + 10ms) == std::nullopt);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 5), kStart + 30ms) == std::nullopt);
    CHECK(receiver.peers.next_expiry() == kStart + 40ms);
    receiver.peers.expire(kStart + 40ms);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 6), kStart + 41ms) == std::nullopt);
    CHECK_FALSE(receiver.peers.has_live());
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 10), kStart + 42ms) == std::nullopt);
    CHECK(receiver.peers.has_live());
}

TEST_CASE("a message of an earlier life is no proof, although it echoed us in its time") {
    Receiver receiver(make_options());
    const glbp::Message of_first_life = receiver.echo(MemberId{2}, 22, 1);
    CHECK(receiver.refusal(of_first_life) == std::nullopt);
    CHECK(receiver.refusal(receiver.echo(MemberId{2}, 23, 1)) == std::nullopt);
    CHECK(receiver.refusal(of_first_life) == MessageRefusal::not_proven);
    CHECK(receiver.peers.find(MemberId{2})->life.boot_nonce == 23);
}

TEST_CASE("what an earlier life echoed last is no proof, whatever others proved meanwhile") {
    Receiver receiver(make_options());
    REQUIRE(receiver.refusal(receiver.echo(MemberId{2}, 22, 1)) == std::nullopt);
    REQUIRE(receiver.refusal(receiver.echo(MemberId{3}, 33, 1)) == std::nullopt);
    const glbp::Message last_of_first_life = receiver.echo(MemberId{2}, 22, 2);
    REQUIRE(receiver.refusal(last_of_first_life) == std::nullopt);
    REQUIRE(receiver.refusal(receiver.echo(MemberId{2}, 23, 1)) == std::nullopt);
    CHECK(receiver.refusal(last_of_first_life) == MessageRefusal::not_proven);
}

TEST_CASE("when many meet at once, an echo counts that crossed another's proof") {
    Receiver receiver(make_options());
    const glbp::Message one = receiver.echo(MemberId{2}, 22, 1);
    const glbp::Message other = receiver.echo(MemberId{3}, 33, 1);
    CHECK(receiver.refusal(one) == std::nullopt);
    CHECK(receiver.refusal(other) == std::nullopt);
}

TEST_CASE("an echo of one of the last 32 challenges counts, an older one does not") {
    Receiver receiver(make_options());
    const glbp::Message in_time = receiver.echo(MemberId{2}, 22, 1);
    const glbp::Message too_late = receiver.echo(MemberId{3}, 33, 1);
    for (uint64_t life = 0; life < 31; ++life) {
        REQUIRE(receiver.refusal(receiver.echo(MemberId{4}, 44 + life, 1)) == std::nullopt);
    }
    CHECK(receiver.refusal(in_time) == std::nullopt);
    CHECK(receiver.refusal(too_late) == MessageRefusal::not_proven);
}

TEST_CASE("recordings of a member that was forgotten prove nothing") {
    Receiver receiver(make_options());
    REQUIRE(receiver.refusal(receiver.echo(MemberId{2}, 22, 1)) == std::nullopt);
    const glbp::Message last = receiver.echo(MemberId{2}, 22, 2);
    const TimePoint later = kStart + 10s;
    receiver.peers.expire(later);
    for (uint64_t n = 0; n < glbp::kMaxMembers - 1; ++n) {
        receiver.refusal(receiver.echo(MemberId{100 + n}, 1, 1), later);
    }
    // For the last one somebody had to be forgotten, with which a challenge was drawn.
    const MemberId newest{100 + glbp::kMaxMembers - 2};
    REQUIRE(receiver.refusal(receiver.echo(newest, 1, 2), later) == std::nullopt);
    REQUIRE(receiver.peers.find(MemberId{2}) == nullptr);
    receiver.peers.expire(later + 10s);
    CHECK(receiver.refusal(last, later + 10s) == MessageRefusal::not_proven);
    CHECK(receiver.refusal(receiver.echo(MemberId{2}, 22, 3), later + 10s) == std::nullopt);
}

TEST_CASE("an echo of another member's challenge, or of our life before, proves nothing") {
    Receiver receiver(make_options());
    glbp::Message made = receiver.echo(MemberId{2}, 22, 1);
    SECTION("another challenge") { made.heard[0].challenge ^= 1; }
    SECTION("our life before") { made.heard[0].who.boot_nonce ^= 1; }
    SECTION("another member") { made.heard[0].who.member = MemberId{3}; }
    CHECK(receiver.refusal(made) == MessageRefusal::not_proven);
}

TEST_CASE("what overtook others is admitted once, what is far behind not at all") {
    Receiver receiver(make_options());
    REQUIRE(receiver.refusal(receiver.echo(MemberId{2}, 22, 1)) == std::nullopt);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 100)) == std::nullopt);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 99)) == std::nullopt);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 99)) == MessageRefusal::replayed);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 37)) == std::nullopt);
    CHECK(receiver.refusal(receiver.message(MemberId{2}, 22, 36)) == MessageRefusal::replayed);
}

TEST_CASE("no message is admitted twice, in whatever order they come") {
    Receiver receiver(make_options());
    REQUIRE(receiver.refusal(receiver.echo(MemberId{2}, 22, 1)) == std::nullopt);
    std::mt19937 random(3);
    std::array<int, 2000> admitted{};
    for (int i = 0; i < 20'000; ++i) {
        const auto around = static_cast<uint64_t>(2 + i / 20 + static_cast<int>(random() % 100));
        admitted[around] += receiver.refusal(receiver.message(MemberId{2}, 22, around)) ? 0 : 1;
    }
    for (const int count : admitted) {
        CHECK(count <= 1);
    }
}

TEST_CASE("our own messages and another appliance with our id are told apart") {
    Receiver receiver(make_options());
    CHECK(receiver.refusal(receiver.message(MemberId{1}, 11, 5)) == MessageRefusal::own_message);
    CHECK(receiver.refusal(receiver.message(MemberId{1}, 12, 5)) == MessageRefusal::member_id_doubled);
}

TEST_CASE("strangers take no place from members, and are asked for an echo at a limited rate") {
    Receiver receiver(make_options());
    for (uint64_t id = 2; id <= 11; ++id) {
        REQUIRE(receiver.refusal(receiver.echo(MemberId{id}, id, 1)) == std::nullopt);
    }
    size_t n_asked = 0;
    for (uint64_t id = 100; id < 1100; ++id) {
        const auto admission = receiver.peers.admit(receiver.message(MemberId{id}, id, 1), kAddress, kMac, kStart);
        REQUIRE(admission.peer == nullptr);
        n_asked += admission.to_challenge != nullptr ? 1 : 0;
    }
    CHECK(n_asked <= glbp::kMaxMembers);
    CHECK(receiver.refusal(receiver.message(MemberId{2000}, 1, 1)) == MessageRefusal::too_many_members);
    for (uint64_t id = 2; id <= 11; ++id) {
        CHECK(receiver.refusal(receiver.message(MemberId{id}, id, 2)) == std::nullopt);
    }
    // They are forgotten when they do not answer.
    CHECK(receiver.refusal(receiver.echo(MemberId{2000}, 1, 2), kStart + 4s) == std::nullopt);
}

TEST_CASE("who is silent for its hold is not live, and was heard of last") {
    Receiver receiver(make_options());
    REQUIRE(receiver.refusal(receiver.echo(MemberId{2}, 22, 1)) == std::nullopt);
    CHECK(receiver.peers.next_expiry() == kStart + 30ms);
    receiver.peers.expire(kStart + 29ms);
    CHECK(receiver.peers.has_live());
    receiver.peers.expire(kStart + 30ms);
    CHECK_FALSE(receiver.peers.has_live());
    CHECK(receiver.peers.next_expiry() == kNever);
}

}  // namespace
}  // namespace evengate::group
