// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/grammar.hpp"

#include <cmdline.h>
#include <cmdline_parse.h>
#include <cmdline_parse_string.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <new>

#include "console/words.hpp"

namespace evengate::console {

namespace {

// What librte_cmdline fills in: word i of the line at i * STR_TOKEN_SIZE.
struct ParsedWords {
    char words[CMDLINE_PARSE_RESULT_BUFSIZE / STR_TOKEN_SIZE][STR_TOKEN_SIZE];
};

struct FreeInstruction {
    void operator()(cmdline_parse_inst_t* instruction) const { std::free(instruction); }
};

}  // namespace

// One form of one command. Tokens and instruction point into it: it never moves.
struct Instruction {
    Form form;
    std::string help;
    std::vector<std::string> keywords;
    std::vector<cmdline_token_string> tokens;
    std::unique_ptr<cmdline_parse_inst_t, FreeInstruction> instruction;
    std::optional<Match>* matched = nullptr;
};

extern "C" {
// Only notes what matched: nothing that may throw or block runs below librte_cmdline's frames.
static void evengate_console_note_match(void* parsed, cmdline*, void* opaque) {
    const auto* instruction = static_cast<const Instruction*>(opaque);
    const auto* words = static_cast<const ParsedWords*>(parsed);
    Match match{instruction->form.command, instruction->form.format, {}};
    const size_t n_words = instruction->tokens.size() - (match.format == Format::json ? 1 : 0);
    for (size_t i = 0; i < n_words; ++i) {
        match.words.emplace_back(words->words[i]);
    }
    *instruction->matched = std::move(match);
}

// Where a command may end with `json` or go on with an argument, `json` is no argument: else
// librte_cmdline would find two commands for one line.
static int evengate_console_parse_argument(cmdline_parse_token_hdr_t* token, const char* text,
                                           void* parsed, unsigned int size) {
    const std::string_view word(text, std::strcspn(text, " \t\r\n#"));
    return word == "json" ? -1 : cmdline_token_string_ops.parse(token, text, parsed, size);
}
}

namespace {

// Whether `json` may stand where the form has the word at position.
bool may_end_there(const Form& form, size_t position, const std::vector<Form>& forms) {
    const auto begin = form.words.begin();
    return std::any_of(forms.begin(), forms.end(), [&](const Form& other) {
        return other.words.size() == position + 1 && other.format == Format::json &&
               std::equal(begin, begin + static_cast<std::ptrdiff_t>(position), other.words.begin());
    });
}

cmdline_token_string make_token(size_t position, const char* keyword, cmdline_token_ops& ops) {
    cmdline_token_string token{};
    token.hdr.ops = &ops;
    token.hdr.offset = static_cast<unsigned int>(position * STR_TOKEN_SIZE);
    token.string_data.str = keyword;  // null: any word
    return token;
}

cmdline_parse_inst_t* make_instruction(Instruction& owner) {
    const size_t n_pointers = owner.tokens.size() + 1;
    void* memory = std::calloc(
        1, sizeof(cmdline_parse_inst_t) + n_pointers * sizeof(cmdline_parse_token_hdr_t*));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    auto* instruction = static_cast<cmdline_parse_inst_t*>(memory);
    instruction->f = evengate_console_note_match;
    instruction->data = &owner;
    instruction->help_str = owner.help.c_str();
    for (size_t i = 0; i < owner.tokens.size(); ++i) {
        instruction->tokens[i] = &owner.tokens[i].hdr;
    }
    return instruction;
}

void fill(Instruction& owner, const Form& form, const std::vector<Form>& forms,
          cmdline_token_ops& argument_ops) {
    owner.form = form;
    owner.help = fmt::format("{}: {}", form.command->syntax, form.command->help);
    owner.keywords.assign(form.words.begin(), form.words.end());
    for (size_t i = 0; i < owner.keywords.size(); ++i) {
        const bool is_open = is_argument(owner.keywords[i]);
        owner.tokens.push_back(
            make_token(i, is_open ? nullptr : owner.keywords[i].c_str(),
                       is_open && may_end_there(form, i, forms) ? argument_ops
                                                                : cmdline_token_string_ops));
    }
    owner.instruction.reset(make_instruction(owner));
}

// What completion offers is "word [kind of token]: help", or "[kind of token]: help" for an
// argument.
std::string_view offered_word(std::string_view offer) {
    return offer.substr(0, offer.find(" ["));
}

}  // namespace

struct Grammar::Tables {
    cmdline_token_ops argument_ops = cmdline_token_string_ops;
    std::deque<Instruction> instructions;
    std::vector<cmdline_parse_inst_t*> context;  // null at its end
    std::optional<Match> matched;
    cmdline* line = nullptr;
};

Grammar::Grammar() : tables_(std::make_unique<Tables>()) {
    tables_->argument_ops.parse = evengate_console_parse_argument;
    const std::vector<Form> forms = all_forms();
    for (const Form& form : forms) {
        Instruction& instruction = tables_->instructions.emplace_back();
        instruction.matched = &tables_->matched;
        fill(instruction, form, forms, tables_->argument_ops);
        tables_->context.push_back(tables_->instructions.back().instruction.get());
    }
    tables_->context.push_back(nullptr);
    // No descriptors: it neither reads nor writes, and closes none.
    tables_->line = cmdline_new(tables_->context.data(), "", -1, -1);
    if (tables_->line == nullptr) {
        throw std::bad_alloc();
    }
}

Grammar::~Grammar() {
    cmdline_free(tables_->line);
}

Result<std::optional<Match>> Grammar::match(std::string_view line) {
    tables_->matched.reset();
    const std::string terminated = std::string(line) + "\n";
    if (cmdline_parse(tables_->line, terminated.c_str()) >= 0) {
        return std::move(tables_->matched);
    }
    const auto words = split_words(line);
    if (std::any_of(words.begin(), words.end(),
                    [](auto word) { return word.size() >= STR_TOKEN_SIZE - 1; })) {
        return Error{
            fmt::format("bad arguments: a word is longer than {} characters", STR_TOKEN_SIZE - 2)};
    }
    return Error{fmt::format("unknown command '{}'; `help` lists the commands", line)};
}

int Grammar::complete(const char* buffer, int* state, char* destination, unsigned int size) {
    if (*state <= 0) {
        offered_.clear();
    }
    int result = cmdline_complete(tables_->line, buffer, state, destination, size);
    while (result == CMDLINE_PARSE_COMPLETE_AGAIN) {
        std::string offer = destination;
        if (offer.front() != '[') {
            offer = offered_word(offer);
        }
        if (offered_.insert(offer).second) {
            std::snprintf(destination, size, "%s", offer.c_str());
            return result;
        }
        result = cmdline_complete(tables_->line, buffer, state, destination, size);
    }
    return result;
}

}  // namespace evengate::console
