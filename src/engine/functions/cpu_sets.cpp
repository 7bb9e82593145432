// Functions of our own over CPU and NUMA node sets. A set is a kernel list in a string, as in the facts ("0-3,8"; "" is
// the empty set); every function takes such strings and gives canonical ones, so that sets compare with ==.
#include "base/cpu_set.h"
#include "base/limits.h"
#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

constexpr std::size_t kSetSteps = 50;  // parsing and printing a set, in steps

Value not_a_list(CallContext& context, const std::string& text) {
  return context.error(ErrorKind::invalid_argument,
                       "\"" + text.substr(0, 80) + "\" is no CPU or node list such as 0-3,8");
}

struct Sets {
  CpuSet left;
  CpuSet right;
  std::optional<Value> error;
};

Sets two_sets(CallContext& context, std::string_view name, std::span<const Value> arguments) {
  const auto* left = arguments[0].as<std::string>();
  const auto* right = arguments.size() == 2 ? arguments[1].as<std::string>() : nullptr;
  if (left == nullptr || right == nullptr)
    return {.left = {}, .right = {}, .error = context.no_overload(name, arguments)};
  if (!context.spend_steps(kSetSteps)) return {.left = {}, .right = {}, .error = context.limit_error()};
  const auto left_set = CpuSet::parse_list(*left);
  const auto right_set = CpuSet::parse_list(*right);
  if (!left_set) return {.left = {}, .right = {}, .error = not_a_list(context, *left)};
  if (!right_set) return {.left = {}, .right = {}, .error = not_a_list(context, *right)};
  return {.left = *left_set, .right = *right_set, .error = std::nullopt};
}

Value cpus(CallContext& context, std::span<const Value> arguments) {
  if (!context.spend_steps(kSetSteps)) return context.limit_error();
  if (const auto* text = arguments[0].as<std::string>()) {
    const auto set = CpuSet::parse_list(*text);
    return set ? Value(set->to_list()) : not_a_list(context, *text);
  }
  const auto* list = arguments[0].as<List>();
  if (list == nullptr) return context.no_overload("cpus", arguments);
  if (!context.spend_steps(list->size())) return context.limit_error();
  CpuSet set;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value item = element(*list, i);
    const auto* number = item.as<std::int64_t>();
    if (number == nullptr || *number < 0 || *number > limits::kMaxCpuId) {
      return context.error(ErrorKind::invalid_argument, "cpus() takes a list of CPU numbers");
    }
    set.insert(static_cast<std::uint32_t>(*number));
  }
  return set.to_list();
}

Value count(CallContext& context, std::span<const Value> arguments) {
  const auto* text = arguments[0].as<std::string>();
  if (text == nullptr) return context.no_overload("cpus_count", arguments);
  if (!context.spend_steps(kSetSteps)) return context.limit_error();
  const auto set = CpuSet::parse_list(*text);
  return set ? Value(static_cast<std::int64_t>(set->size())) : not_a_list(context, *text);
}

Value numbers(CallContext& context, std::span<const Value> arguments) {
  const auto* text = arguments[0].as<std::string>();
  if (text == nullptr) return context.no_overload("cpus_list", arguments);
  const auto set = CpuSet::parse_list(*text);
  if (!set) return not_a_list(context, *text);
  if (!context.spend_bytes(set->size() * sizeof(Value))) return context.limit_error();
  std::vector<Value> items;
  for (const std::uint32_t number : set->numbers()) items.emplace_back(static_cast<std::int64_t>(number));
  return make_list(std::move(items));
}

Value subset(CallContext& context, std::span<const Value> arguments) {
  const Sets sets = two_sets(context, "cpus_subset", arguments);
  return sets.error ? *sets.error : Value(sets.left.is_subset_of(sets.right));
}
Value overlap(CallContext& context, std::span<const Value> arguments) {
  const Sets sets = two_sets(context, "cpus_overlap", arguments);
  return sets.error ? *sets.error : Value(sets.left.intersects(sets.right));
}
Value intersect(CallContext& context, std::span<const Value> arguments) {
  const Sets sets = two_sets(context, "cpus_intersect", arguments);
  return sets.error ? *sets.error : Value((sets.left & sets.right).to_list());
}
Value unite(CallContext& context, std::span<const Value> arguments) {
  const Sets sets = two_sets(context, "cpus_unite", arguments);
  return sets.error ? *sets.error : Value((sets.left | sets.right).to_list());
}
Value minus(CallContext& context, std::span<const Value> arguments) {
  const Sets sets = two_sets(context, "cpus_minus", arguments);
  return sets.error ? *sets.error : Value((sets.left - sets.right).to_list());
}

struct NodeCpus {
  std::uint32_t id;
  std::optional<CpuSet> cpus;  ///< nobody read which
};

struct NodeTable {
  std::vector<NodeCpus> nodes;
  std::optional<Value> unknown;  ///< the error that the first node without CPUs is
  std::optional<Value> error;    ///< why it is no table
};

// `numa_nodes` is facts.topology.numa_nodes: maps with an `id`, and `cpus` where they are known.
NodeTable node_table(const CallContext& context, const Value& value) {
  NodeTable table;
  const auto refused = [&] {
    table.error = context.error(ErrorKind::type, "the second argument is a list of nodes with id and cpus");
    return table;
  };
  const auto* list = value.as<List>();
  if (list == nullptr) return refused();
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value node = element(*list, i);
    const auto* map = node.as<Map>();
    if (map == nullptr) return refused();
    const auto id = lookup(*map, "id");
    const auto cpu_list = lookup(*map, "cpus");
    const auto* number = id ? id->as<std::int64_t>() : nullptr;
    const auto* text = cpu_list ? cpu_list->as<std::string>() : nullptr;
    auto set = text != nullptr ? CpuSet::parse_list(*text) : std::nullopt;
    if (number == nullptr || *number < 0 || *number > limits::kMaxCpuId || (cpu_list && !set)) return refused();
    if (!cpu_list && !table.unknown) table.unknown = context.no_field(*map, "cpus");
    table.nodes.push_back({static_cast<std::uint32_t>(*number), std::move(set)});
  }
  return table;
}

// A node whose CPUs nobody read may have those of the set that no other has.
Value nodes_of(CallContext& context, std::span<const Value> arguments) {
  const auto* text = arguments[0].as<std::string>();
  if (text == nullptr || arguments.size() != 2) return context.no_overload("nodes_of", arguments);
  if (!context.spend_steps(kSetSteps * 4)) return context.limit_error();
  const auto set = CpuSet::parse_list(*text);
  if (!set) return not_a_list(context, *text);
  const NodeTable table = node_table(context, arguments[1]);
  if (table.error) return *table.error;
  CpuSet nodes;
  CpuSet elsewhere = *set;
  for (const NodeCpus& node : table.nodes) {
    if (!node.cpus || !node.cpus->intersects(*set)) continue;
    nodes.insert(node.id);
    elsewhere = elsewhere - *node.cpus;
  }
  if (table.unknown && !elsewhere.empty()) return *table.unknown;
  return nodes.to_list();
}

Value node_of(CallContext& context, std::span<const Value> arguments) {
  const auto* cpu = arguments[0].as<std::int64_t>();
  if (cpu == nullptr || arguments.size() != 2) return context.no_overload("node_of", arguments);
  if (!context.spend_steps(kSetSteps * 4)) return context.limit_error();
  const NodeTable table = node_table(context, arguments[1]);
  if (table.error) return *table.error;
  for (const NodeCpus& node : table.nodes) {
    if (*cpu >= 0 && *cpu <= limits::kMaxCpuId && node.cpus && node.cpus->contains(static_cast<std::uint32_t>(*cpu))) {
      return static_cast<std::int64_t>(node.id);
    }
  }
  if (table.unknown) return *table.unknown;
  return context.error(ErrorKind::no_such_value, "CPU " + std::to_string(*cpu) + " is on no node");
}

Value cpus_of(CallContext& context, std::span<const Value> arguments) {
  const auto* text = arguments[0].as<std::string>();
  if (text == nullptr || arguments.size() != 2) return context.no_overload("cpus_of", arguments);
  if (!context.spend_steps(kSetSteps * 4)) return context.limit_error();
  const auto nodes = CpuSet::parse_list(*text);
  if (!nodes) return not_a_list(context, *text);
  const NodeTable table = node_table(context, arguments[1]);
  if (table.error) return *table.error;
  CpuSet set;
  for (const NodeCpus& node : table.nodes) {
    if (!nodes->contains(node.id)) continue;
    if (!node.cpus) return *table.unknown;
    set = set | *node.cpus;
  }
  return set.to_list();
}

const Function kFunctions[] = {
    {"cpus",
     {"cpus(string) -> string", "cpus(list<number>) -> string"},
     "a set in its canonical spelling: cpus(\"3,0-2\") is \"0-3\"",
     cpus},
    {"cpus_count", {"cpus_count(string) -> int"}, "how many members", count},
    {"cpus_list", {"cpus_list(string) -> list<number>"}, "the members, ascending", numbers},
    {"cpus_subset",
     {"cpus_subset(string, string) -> bool"},
     "whether all members of the first are in the second",
     subset},
    {"cpus_overlap", {"cpus_overlap(string, string) -> bool"}, "whether the two share a member", overlap},
    {"cpus_intersect", {"cpus_intersect(string, string) -> string"}, "members of both", intersect},
    {"cpus_unite", {"cpus_unite(string, string) -> string"}, "members of either", unite},
    {"cpus_minus", {"cpus_minus(string, string) -> string"}, "members of the first that are not in the second", minus},
    {"nodes_of",
     {"nodes_of(string, list) -> string"},
     "the NUMA nodes of a CPU set, given facts.topology.numa_nodes",
     nodes_of},
    {"node_of", {"node_of(int, list) -> int"}, "the NUMA node of one CPU", node_of},
    {"cpus_of", {"cpus_of(string, list) -> string"}, "the CPUs of a node set", cpus_of}};

}  // namespace

std::span<const Function> cpu_set_functions() { return kFunctions; }

}  // namespace ihc::expr
