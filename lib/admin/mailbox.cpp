// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "admin/mailbox.hpp"

#include <utility>

namespace evengate::admin {

// Shared by asker and control, so that an asker who gave up leaves nothing dangling.
struct Mailbox::Slot {
    Request request;
    std::mutex mutex;
    std::condition_variable answered;
    bool done = false;
    Reply reply;
};

Mailbox::Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

Reply Mailbox::ask(Request request, std::chrono::milliseconds patience) {
    auto slot = std::make_shared<Slot>();
    slot->request = request;
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(slot);
        pending_.store(true, std::memory_order_relaxed);
    }
    if (wake_) {
        wake_();
    }
    std::unique_lock lock(slot->mutex);
    if (!slot->answered.wait_for(lock, patience, [&] { return slot->done; })) {
        return {.status = Reply::Status::timed_out,
                .text = "no answer from the control lcore in time",
                .report = nullptr};
    }
    return std::move(slot->reply);
}

void Mailbox::answer_requests(const std::function<Reply(const Request&)>& answer) {
    std::deque<std::shared_ptr<Slot>> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(waiting_);
        pending_.store(false, std::memory_order_relaxed);
    }
    for (const auto& slot : taken) {
        Reply reply = answer(slot->request);
        {
            const std::lock_guard lock(slot->mutex);
            slot->reply = std::move(reply);
            slot->done = true;
        }
        slot->answered.notify_one();
    }
}

}  // namespace evengate::admin
