import { isList, isMembers, listOf, type Members, type Value } from '../value.ts'

/**
 * Replaces the connections of GraphQL in a value with lists of their nodes: `{nodes: [a, b]}`, and `{edges: [{role: x, node: a}]}`,
 * where the members of the edge are added to its node.
 */
export function withoutConnections(value: Value): Value {
  if (isList(value)) return value.map(withoutConnections)
  if (!isMembers(value)) return value
  const { nodes, edges } = value
  if (isList(edges)) return edges.map((edge, index) => nodeOf(edge, listOf(nodes)[index]))
  if (isList(nodes)) return nodes.map(withoutConnections)
  return mapped(value)
}

/** @param beside the node in the list of nodes, which some queries request together with the edges */
function nodeOf(edge: Value, beside: Value): Value {
  if (!isMembers(edge)) return withoutConnections(beside ?? edge)
  const { node = beside, ...said } = edge
  return isMembers(node) ? { ...mapped(said), ...mapped(node) } : mapped(said)
}

function mapped(members: Members): Members {
  const all = Object.entries(members).map(([name, member]) => [name, withoutConnections(member)] as const)
  return Object.fromEntries(all)
}
