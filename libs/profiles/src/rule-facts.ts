import type { ASTNode } from '@marcbachmann/cel-js'

/** What a rule mentions, found in its syntax tree. */
export interface RuleFacts {
  /** The rule says something about `subject.type`, so it may speak of others than people. */
  readonly namesType: boolean
  /** The rule goes by the mail of the manager, which is another identity's. */
  readonly namesManager: boolean
  readonly applications: readonly string[]
  readonly entitlements: readonly { readonly applicationId: string; readonly entitlementId: string }[]
}

/** A part of a rule that we refuse although CEL allows it. */
export interface RuleFault {
  readonly node: ASTNode
  readonly problem: string
}

const loops = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

/**
 * Reads a type-checked rule once. Refuses what would let one rule hold up a worker (CEL itself is always finite, yet a
 * loop within a loop over long lists, or a regular expression that backtracks, may take hours), and access functions
 * whose arguments are computed: what they name is looked up before the identities are gone through.
 */
export function readRule(root: ASTNode): RuleFacts | RuleFault {
  const applications = new Set<string>()
  const entitlements = new Map<string, { applicationId: string; entitlementId: string }>()
  const names = new Set<string>()
  let fault: RuleFault | undefined

  const visit = (node: ASTNode, loopDepth: number): void => {
    let depth = loopDepth
    if (node.op === '.') names.add(node.args[1])
    if (node.op === '[]') names.add(literal(node.args[1]) ?? '')
    if (node.op === 'rcall') {
      const [name, , given] = node.args
      if (loops.has(name) && ++depth > 1) fault ??= { node, problem: 'a loop within a loop is not supported' }
      if (name === 'matches') fault ??= faultOfPattern(node, given[0])
      if (name === 'HasApp' || name === 'HasEntitlement') {
        const [applicationId, entitlementId] = given.slice(1).map(literal)
        if (applicationId === undefined || (name === 'HasEntitlement' && entitlementId === undefined)) {
          fault ??= { node, problem: `${name} takes ids in quotes, not computed ones` }
        } else if (entitlementId === undefined) applications.add(applicationId)
        else entitlements.set(JSON.stringify([applicationId, entitlementId]), { applicationId, entitlementId })
      }
    }
    for (const child of children(node.args)) visit(child, depth)
  }
  visit(root, 0)
  return (
    fault ?? {
      namesType: names.has('type'),
      namesManager: names.has('manager'),
      applications: [...applications],
      entitlements: [...entitlements.values()],
    }
  )
}

export function isFault(found: RuleFacts | RuleFault): found is RuleFault {
  return 'problem' in found
}

function literal(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}

/** CEL promises linear time for patterns, JavaScript's engine backtracks: keep to patterns on which that is harmless. */
function faultOfPattern(node: ASTNode, argument: ASTNode): RuleFault | undefined {
  const pattern = literal(argument)
  if (pattern === undefined) return { node, problem: 'matches() takes a pattern in quotes, not a computed one' }
  const plain = pattern.replaceAll(/\\[^0-9]/gu, 'x').replaceAll(/\[[^\]]*\]/gu, 'x')
  if (/\\[0-9]/u.test(plain)) return { node, problem: 'matches() takes no back-references' }
  if (/\)[*+{]/u.test(plain)) return { node, problem: 'matches() takes no repeated groups' }
  if ((plain.match(/[*+]|\{\d*,\d*\}/gu) ?? []).length > 3) {
    return { node, problem: 'matches() takes at most three repetitions in one pattern' }
  }
  return undefined
}

function children(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(children)
  return isNode(value) ? [value] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
