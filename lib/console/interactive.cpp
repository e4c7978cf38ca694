// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <cmdline_rdline.h>
#include <termios.h>

#include <memory>
#include <new>

#include "console/file_descriptor.hpp"
#include "console/grammar.hpp"
#include "console/interpreter.hpp"
#include "console/session.hpp"

namespace evengate::console {

namespace {

constexpr const char* kPrompt = "evengate> ";

// The terminal as a line editor needs it: characters at once, no echo, Ctrl-C as a character.
class RawTerminal {
 public:
    explicit RawTerminal(int fd) : fd_(fd) {
        changed_ = tcgetattr(fd_, &before_) == 0;
        if (changed_) {
            termios raw = before_;
            raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
            tcsetattr(fd_, TCSANOW, &raw);
        }
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;
    ~RawTerminal() {
        if (changed_) {
            tcsetattr(fd_, TCSANOW, &before_);
        }
    }

 private:
    int fd_;
    termios before_{};
    bool changed_ = false;
};

class Editor {
 public:
    Editor(const Streams& streams, const Execute& execute);

    // Whether the session goes on.
    bool type(char c);
    // Puts on the terminal what was typed and answered. Whether that was possible.
    bool flush();

    void start_line() { rdline_newline(rdline_.get(), kPrompt); }
    void leave() { screen_ += "\n"; }
    [[nodiscard]] int exit_status() const { return exit_status_; }

 private:
    struct FreeRdline {
        void operator()(rdline* line) const { rdline_free(line); }
    };

    bool execute_line();

    static Editor& of(rdline* line) { return *static_cast<Editor*>(rdline_get_opaque(line)); }
    static int write_char(rdline* line, char c);
    static void take_line(rdline* line, const char* buffer, unsigned int size);
    static int complete(rdline* line, const char* buffer, char* destination, unsigned int size,
                        int* state);

    const Streams& streams_;
    const Execute& execute_;
    Grammar grammar_;
    std::unique_ptr<rdline, FreeRdline> rdline_;
    std::string screen_;    // not written yet
    std::string line_;      // that was just entered
    std::string previous_;  // in the history
    int exit_status_ = 0;
};

Editor::Editor(const Streams& streams, const Execute& execute)
    : streams_(streams), execute_(execute) {
    rdline_.reset(rdline_new(write_char, take_line, complete, this));
    if (!rdline_) {
        throw std::bad_alloc();
    }
}

int Editor::write_char(rdline* line, char c) {
    of(line).screen_ += c;
    return 1;
}

void Editor::take_line(rdline* line, const char* buffer, unsigned int) {
    const std::string_view text(buffer);
    of(line).line_ = text.substr(0, text.find('\n'));
}

int Editor::complete(rdline* line, const char* buffer, char* destination, unsigned int size,
                     int* state) {
    return of(line).grammar_.complete(buffer, state, destination, size);
}

bool Editor::type(char c) {
    // Commands are ASCII; isprint() below is undefined for negative characters.
    if (static_cast<unsigned char>(c) > 0x7F) {
        return true;
    }
    const int result = rdline_char_in(rdline_.get(), c);
    if (result == RDLINE_RES_VALIDATED) {
        return execute_line();
    }
    if (result == RDLINE_RES_EOF) {
        leave();
        return false;
    }
    return true;
}

bool Editor::execute_line() {
    flush();  // the line's own newline, before a reply that may take its time
    const Outcome outcome = execute_(line_);
    screen_ += outcome.text;
    if (!line_.empty() && line_ != previous_) {
        rdline_add_history(rdline_.get(), line_.c_str());
        previous_ = line_;
    }
    if (outcome.status == Status::unreachable) {
        exit_status_ = outcome.exit_status();
        return false;
    }
    if (outcome.status == Status::ok && ends_session(line_)) {
        return false;
    }
    start_line();
    return true;
}

bool Editor::flush() {
    const std::string text = std::exchange(screen_, {});
    return write_all(streams_.out, streams_.stop, kForever, text) == Io::done;
}

bool type_all(Editor& editor, std::string_view typed) {
    for (const char c : typed) {
        if (!editor.type(c)) {
            return false;
        }
    }
    return true;
}

int run_on_terminal(const Streams& streams, const Execute& execute) {
    const RawTerminal raw(streams.in);
    Editor editor(streams, execute);
    editor.start_line();
    std::string typed;
    while (editor.flush()) {
        const Io io = read_some(streams.in, streams.stop, kForever, typed);
        if (io != Io::done) {
            editor.leave();
            break;
        }
        if (!type_all(editor, typed)) {
            break;
        }
    }
    editor.flush();
    return editor.exit_status();
}

}  // namespace

int run_interactive(const Streams& streams, const Execute& execute) {
    return isatty(streams.in) != 0 ? run_on_terminal(streams, execute)
                                   : run_script(streams, execute);
}

}  // namespace evengate::console
