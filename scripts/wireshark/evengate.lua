-- SPDX-License-Identifier: BSD-3-Clause
-- Copyright (c) 2026 The evengate authors
--
-- What: shows the native TLVs of the group protocol (docs/protocol.md, "Wire format") in Wireshark and tshark, in a
-- tree "evengate" behind that of GLBP, whose own dissector takes the port and does not know them.
-- Usage: tshark -X lua_script:evengate.lua -r FILE -V; or copy it into Wireshark's folder of personal plugins.

local evengate = Proto("evengate", "evengate group protocol")

local TYPES = {
    [0xE0] = "Sender", [0xE1] = "Standing", [0xE2] = "Heard", [0xE3] = "Forwarding", [0xE4] = "Part of an assignment",
    [0xE5] = "Table of members", [0xE6] = "Request of an assignment", [0xE7] = "Hand-over", [0xE8] = "Neighbours",
    [0xE9] = "Clients", [0xEA] = "Parameters", [0xEB] = "HMAC", [0xEC] = "Name",
    [0xED] = "Load report", [0xEE] = "Counts of vMACs", [0xEF] = "Wanted moves",
    [0xF0] = "Verdicts on targets", [0xF1] = "Target set", [0xF2] = "Connections",
    [0xF3] = "Ordered weights",
}
local STEPS = { [1] = "prepare", [2] = "ready", [3] = "released" }
local REASONS = { [1] = "operator", [2] = "load" }
local HEALTHS = { [0] = "unknown", [1] = "up", [2] = "down" }
local TARGET_STATES = { [0] = "down", [1] = "up", [2] = "draining", [3] = "drained" }
local CONNECTION_STATES = { [1] = "half-open", [2] = "established", [3] = "closing" }
local KINDS = { [1] = "shadow", [2] = "returned" }
local FLAGS = { { 1, "wants answer" }, { 2, "leaving" }, { 4, "draining" }, { 8, "fenced" }, { 16, "preempting" } }

local fields = {}
local function declare(name, title, make, base, names)
    fields[name] = make("evengate." .. name, title, base, names)
end
declare("member", "Member id", ProtoField.uint64, base.HEX)
declare("boot_nonce", "Boot nonce", ProtoField.uint64, base.HEX)
declare("challenge", "Challenge", ProtoField.uint64, base.HEX)
declare("digest64", "Digest", ProtoField.uint64, base.HEX)
declare("sequence", "Sequence", ProtoField.uint64, base.DEC)
declare("version", "Native version", ProtoField.uint8, base.DEC)
declare("flags", "Flags", ProtoField.uint8, base.HEX)
declare("capabilities", "Capabilities", ProtoField.uint16, base.HEX)
declare("term", "Term", ProtoField.uint32, base.DEC)
declare("avg", "AVG", ProtoField.uint64, base.HEX)
declare("name_sequence", "Sequence of the assignment", ProtoField.uint32, base.DEC)
declare("following", "Members following", ProtoField.uint8, base.DEC)
declare("weight", "Weight", ProtoField.uint8, base.DEC)
declare("capacity", "Capacity, packets/s", ProtoField.uint64, base.DEC)
declare("load", "Load, packets/s", ProtoField.uint64, base.DEC)
declare("group_load", "Load of this group, packets/s", ProtoField.uint64, base.DEC)
declare("granted", "Granted, packets/s", ProtoField.uint64, base.DEC)
declare("revision", "Revision of the parameters", ProtoField.uint32, base.DEC)
declare("live", "Live", ProtoField.uint8, base.DEC)
declare("vmacs", "vMACs", ProtoField.string)
declare("given_up", "Given up", ProtoField.string)
declare("part", "Part", ProtoField.uint8, base.DEC)
declare("parts", "Parts", ProtoField.uint8, base.DEC)
declare("vmac", "vMAC", ProtoField.uint8, base.DEC)
declare("plan", "Plan", ProtoField.string)
declare("step", "Step", ProtoField.uint8, base.DEC, STEPS)
declare("from", "Old owner", ProtoField.uint64, base.HEX)
declare("to", "New owner", ProtoField.uint64, base.HEX)
declare("mac", "MAC", ProtoField.ether)
declare("ipv4", "Address", ProtoField.ipv4)
declare("ipv6", "Address", ProtoField.ipv6)
declare("n_vmacs", "Number of vMACs", ProtoField.uint8, base.DEC)
declare("prefix", "Prefix of the vMACs", ProtoField.bytes, base.COLON)
declare("name", "Name", ProtoField.string)
declare("counted_at", "Counted at, ns", ProtoField.uint64, base.DEC)
declare("packets", "Packets forwarded", ProtoField.uint64, base.DEC)
declare("bytes", "Bytes forwarded", ProtoField.uint64, base.DEC)
declare("received", "Packets received", ProtoField.uint64, base.DEC)
declare("missed", "Packets missed", ProtoField.uint64, base.DEC)
declare("counts", "Counts of the report", ProtoField.uint8, base.DEC)
declare("reason", "Reason", ProtoField.uint8, base.DEC, REASONS)
declare("services_digest", "Digest of the services", ProtoField.uint64, base.HEX)
declare("n_targets", "Targets in all", ProtoField.uint16, base.DEC)
declare("first_target", "First target", ProtoField.uint16, base.DEC)
declare("health", "Health", ProtoField.uint8, base.DEC, HEALTHS)
declare("n_connections", "Connections", ProtoField.uint32, base.DEC)
declare("target_packets", "Packets sent there", ProtoField.uint64, base.DEC)
declare("set_sequence", "Sequence of the target set", ProtoField.uint32, base.DEC)
declare("target_state", "State of the target", ProtoField.uint8, base.DEC, TARGET_STATES)
declare("target_weight", "Weight of the target", ProtoField.uint16, base.DEC)
declare("ordered_weight", "Ordered weight", ProtoField.uint16, base.DEC)
declare("client", "Client", ProtoField.ipv4)
declare("published", "Published address", ProtoField.ipv4)
declare("client_port", "Port of the client", ProtoField.uint16, base.DEC)
declare("published_port", "Published port", ProtoField.uint16, base.DEC)
declare("target", "Target", ProtoField.uint16, base.DEC)
declare("protocol", "Protocol", ProtoField.uint8, base.DEC)
declare("connection_state", "State of the connection", ProtoField.uint8, base.DEC, CONNECTION_STATES)
declare("kind", "Kind", ProtoField.uint8, base.DEC, KINDS)
declare("key_id", "Key id", ProtoField.uint32, base.DEC)
declare("digest", "HMAC-SHA-256", ProtoField.bytes)
local listed = {}
for _, one in pairs(fields) do
    table.insert(listed, one)
end
evengate.fields = listed

local NAME = { { "term", 4 }, { "avg", 8 }, { "name_sequence", 4 } }
local LIFE = { { "member", 8 }, { "boot_nonce", 8 } }

local function join(...)
    local all = {}
    for _, part in ipairs({ ... }) do
        for _, one in ipairs(part) do
            table.insert(all, one)
        end
    end
    return all
end

local function size_of(layout)
    local size = 0
    for _, one in ipairs(layout) do
        size = size + one[2]
    end
    return size
end

-- What stands once: fields and their sizes, in order; false: bytes that mean nothing.
local SINGLES = {
    [0xE0] = join({ { "version", 1 }, { "flags", 1 }, { "capabilities", 2 } }, LIFE,
        { { "sequence", 8 }, { "challenge", 8 } }),
    [0xE1] = join(NAME, { { "digest64", 8 }, { "following", 1 }, { "weight", 1 }, { false, 2 }, { "capacity", 8 },
        { "load", 8 }, { "group_load", 8 }, { "granted", 8 }, { "digest64", 8 }, { "revision", 4 } }),
    [0xE6] = NAME,
    [0xEB] = { { "key_id", 4 }, { "digest", 32 } },
    [0xED] = { { "counted_at", 8 }, { "packets", 8 }, { "bytes", 8 }, { "received", 8 }, { "missed", 8 },
        { "counts", 1 } },
}
-- What a list consists of.
local LISTS = {
    [0xE2] = join(LIFE, { { "challenge", 8 }, { "live", 1 } }),
    [0xE5] = LIFE,
    [0xE7] = join({ { "step", 1 }, { "vmac", 1 } }, NAME, { { "from", 8 }, { "to", 8 } }),
    [0xE9] = { { "mac", 6 }, { "vmac", 1 } },
    [0xEE] = { { "vmac", 1 }, { "packets", 8 }, { "bytes", 8 } },
    [0xEF] = { { "reason", 1 }, { "vmac", 1 }, { "to", 8 } },
    [0xF3] = { { "target", 2 }, { "ordered_weight", 2 } },
}

-- What such a TLV begins with, and the entries of the list behind it.
local HEADED = {
    [0xF0] = { { { "services_digest", 8 }, { "n_targets", 2 }, { "first_target", 2 } },
        { { "health", 1 }, { "n_connections", 4 }, { "target_packets", 8 } } },
    [0xF1] = { { { "term", 4 }, { "avg", 8 }, { "set_sequence", 4 }, { "services_digest", 8 } },
        { { "target_state", 1 }, { "target_weight", 2 } } },
    [0xF2] = { { { "services_digest", 8 } },
        { { "client", 4 }, { "published", 4 }, { "client_port", 2 }, { "published_port", 2 }, { "target", 2 },
            { "protocol", 1 }, { "connection_state", 1 }, { "kind", 1 } } },
}

-- Adds the fields from an offset of the value on; returns the offset behind them, or nil when they do not fit.
local function add(tree, value, at, layout)
    if at + size_of(layout) > value:len() then
        tree:add_expert_info(PI_MALFORMED, PI_WARN, "shorter than its fields")
        return nil
    end
    for _, one in ipairs(layout) do
        if one[1] then
            local item = tree:add(fields[one[1]], value(at, one[2]))
            if one[1] == "flags" then
                for _, flag in ipairs(FLAGS) do
                    if bit.band(value(at, 1):uint(), flag[1]) ~= 0 then
                        item:append_text(" " .. flag[2])
                    end
                end
            end
        end
        at = at + one[2]
    end
    return at
end

local function add_address(tree, value, at)
    local kind = at < value:len() and value(at, 1):uint() or 0
    local size = ({ 4, 16 })[kind]
    if not size then
        tree:add_expert_info(PI_MALFORMED, PI_WARN, "no such type of address")
        return nil
    end
    return add(tree, value, at + 1, { { kind == 1 and "ipv4" or "ipv6", size } })
end

local function ranges_of(bitmap)
    local ranges, first = {}, nil
    for number = 0, 8 * bitmap:len() do
        local byte = math.floor(number / 8)
        local set = byte < bitmap:len() and bit.band(bitmap(byte, 1):uint(), bit.lshift(1, number % 8)) ~= 0
        if set and not first then
            first = number
        elseif not set and first then
            table.insert(ranges, first == number - 1 and tostring(first) or first .. "-" .. number - 1)
            first = nil
        end
    end
    return #ranges > 0 and table.concat(ranges, ",") or "none"
end

local function place(value, at)
    local index = value(at, 1):uint()
    return index == 255 and "nobody" or tostring(index)
end

local function add_part(tree, value)
    local at = add(tree, value, 0, join(NAME, { { "part", 1 }, { "parts", 1 }, { "vmac", 1 } }))
    local number = at and value(18, 1):uint()
    while at and at + 4 <= value:len() do
        local text = string.format("vMAC %d: owner %s, previous %s, successors %s, %s", number, place(value, at),
            place(value, at + 1), place(value, at + 2), place(value, at + 3))
        tree:add(fields.plan, value(at, 4), text)
        at, number = at + 4, number + 1
    end
end

local function add_neighbours(tree, value)
    local at = add(tree, value, 0, join(NAME, { { "part", 1 }, { "parts", 1 } }))
    while at and at < value:len() do
        at = add_address(tree, value, at)
        at = at and add(tree, value, at, { { "mac", 6 } })
    end
end

local function add_parameters(tree, value)
    local at = add(tree, value, 0, { { "revision", 4 }, { "n_vmacs", 1 }, { "prefix", 3 } })
    while at and at < value:len() do
        at = add_address(tree, value, at)
    end
end

local OTHERS = {
    [0xE3] = function(tree, value)
        tree:add(fields.vmacs, value(0, 32), ranges_of(value(0, 32)))
        if value:len() > 32 then
            tree:add(fields.given_up, value(32), ranges_of(value(32)))
        end
    end,
    [0xE4] = add_part,
    [0xE8] = add_neighbours,
    [0xEA] = add_parameters,
    [0xEC] = function(tree, value) tree:add(fields.name, value) end,
}

local function add_tlv(tree, kind, value)
    if SINGLES[kind] then
        add(tree, value, 0, SINGLES[kind])
    elseif LISTS[kind] or HEADED[kind] then
        local head, entry = {}, LISTS[kind]
        if not entry then
            head, entry = HEADED[kind][1], HEADED[kind][2]
        end
        local at = add(tree, value, 0, head)
        while at and at < value:len() do
            at = add(tree, value, at, entry)
        end
    else
        OTHERS[kind](tree, value)
    end
end

local udp_port = Field.new("udp.dstport")
local udp_payload = Field.new("udp.payload")

function evengate.dissector(_, _, root)
    local port, payload = udp_port(), udp_payload()
    if not port or port.value ~= 3222 or not payload then
        return
    end
    local message, at, tree = payload.range, 12, nil
    while at + 2 <= message:len() do
        local kind, size = message(at, 1):uint(), message(at + 1, 1):uint()
        if size < 2 or at + size > message:len() then
            break
        end
        if TYPES[kind] then
            tree = tree or root:add(evengate, message)
            local subtree = tree:add(message(at, size), TYPES[kind])
            if size == 2 then
                subtree:add_expert_info(PI_MALFORMED, PI_WARN, "empty")
            else
                add_tlv(subtree, kind, message(at + 2, size - 2))
            end
        end
        at = at + size
    end
end

register_postdissector(evengate)
