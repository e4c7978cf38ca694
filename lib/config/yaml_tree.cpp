// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "config/yaml_tree.hpp"

#include <exception>
#include <sstream>
#include <utility>

#include <yaml-cpp/yaml.h>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

namespace evengate::config {
namespace {

Location to_location(const YAML::Mark& mark) {
    if (mark.is_null()) {
        return {};
    }
    return {static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
}

// The library's own node type drops repeated keys on look-up and copies what aliases name; its
// events keep everything.
class TreeBuilder : public YAML::EventHandler {
 public:
    void OnDocumentStart(const YAML::Mark& mark) override {
        ++n_documents_;
        if (n_documents_ == 2) {
            refuse(mark, "a second document", "one document in a file");
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check_plain(mark, {}, anchor);
        add({.kind = Node::Kind::nothing, .where = place_of_nothing(mark)});
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(mark, "an alias", "the value itself");
        add({.where = to_location(mark)});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check_plain(mark, tag, anchor);
        add({.kind = Node::Kind::scalar, .where = to_location(mark), .text = value});
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        check_plain(mark, tag, anchor);
        open_.push_back({.kind = Node::Kind::list, .where = to_location(mark)});
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        check_plain(mark, tag, anchor);
        open_.push_back({.kind = Node::Kind::map, .where = to_location(mark)});
    }
    void OnMapEnd() override { close(); }

    void refuse(const YAML::Mark& mark, std::string found, std::string expected) {
        faults_.push_back({to_location(mark), std::move(found), std::move(expected)});
    }

    Node take_root() { return std::move(root_); }
    std::vector<YamlFault> take_faults() { return std::move(faults_); }
    [[nodiscard]] bool failed() const { return !faults_.empty(); }
    [[nodiscard]] int n_documents() const { return n_documents_; }

 private:
    void check_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        // The library tags plain scalars "?" and quoted ones "!".
        if (!tag.empty() && tag != "?" && tag != "!") {
            refuse(mark, "a YAML tag", "the value without a tag");
        }
        if (anchor != YAML::NullAnchor) {
            refuse(mark, "an anchor", "the value without an anchor");
        }
    }

    // The library places an empty value at the token behind it, which belongs to something else.
    [[nodiscard]] Location place_of_nothing(const YAML::Mark& mark) const {
        if (open_.empty()) {
            return to_location(mark);
        }
        const Node& parent = open_.back();
        return parent.keys.size() > parent.items.size() ? parent.keys.back().where : parent.where;
    }

    void add(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Node& parent = open_.back();
        const bool is_key =
            parent.kind == Node::Kind::map && parent.keys.size() == parent.items.size();
        (is_key ? parent.keys : parent.items).push_back(std::move(node));
    }

    void close() {
        Node node = std::move(open_.back());
        open_.pop_back();
        add(std::move(node));
    }

    Node root_;
    std::vector<Node> open_;  // the containers that are not complete, outermost first
    std::vector<YamlFault> faults_;
    int n_documents_ = 0;
};

void parse_into(std::string_view text, TreeBuilder& builder) {
    try {
        std::istringstream stream{std::string{text}};
        YAML::Parser parser{stream};
        while (builder.n_documents() < 2 && parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::DeepRecursion& failure) {
        builder.refuse(failure.mark, "YAML nested this deeply",
                       "sections and lists only where keys need them");
    } catch (const YAML::Exception& failure) {
        builder.refuse(failure.mark, "broken YAML (" + failure.msg + ")", "well-formed YAML");
    } catch (const std::exception& failure) {
        builder.refuse(YAML::Mark::null_mark(), std::string{"broken YAML ("} + failure.what() + ")",
                       "well-formed YAML");
    }
}

}  // namespace

Result<Node, std::vector<YamlFault>> parse_yaml(std::string_view text) {
    TreeBuilder builder;
    parse_into(text, builder);
    if (builder.failed()) {
        return builder.take_faults();
    }
    return builder.take_root();
}

}  // namespace evengate::config
