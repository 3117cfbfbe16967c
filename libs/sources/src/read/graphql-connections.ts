import { isList, isMembers, listOf, type Members, type Value } from '../value.ts'

/**
 * A value whose lists in the form of GraphQL are lists of their nodes: `{nodes: [a, b]}`, and `{edges: [{role: x, node: a}]}`,
 * where what the edge says is said of its node.
 */
export function withoutConnections(value: Value): Value {
  if (isList(value)) return value.map(withoutConnections)
  if (!isMembers(value)) return value
  const { nodes, edges } = value
  if (isList(edges)) return edges.map((edge, index) => nodeOf(edge, listOf(nodes)[index]))
  if (isList(nodes)) return nodes.map(withoutConnections)
  return mapped(value)
}

/** @param beside the node in the list of nodes, which some queries ask for beside the edges */
function nodeOf(edge: Value, beside: Value): Value {
  if (!isMembers(edge)) return withoutConnections(beside ?? edge)
  const { node = beside, ...said } = edge
  return isMembers(node) ? { ...mapped(said), ...mapped(node) } : mapped(said)
}

function mapped(members: Members): Members {
  const all = Object.entries(members).map(([name, member]) => [name, withoutConnections(member)] as const)
  return Object.fromEntries(all)
}
