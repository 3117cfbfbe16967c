import { itemAt } from '@assay/errors'
import { Pattern, PatternError } from '@assay/patterns'
import { functionMark } from './rule-environment.ts'
import { refusedFunctions, ruleFunctions } from './rule-functions.ts'
import { ruleLimits } from './rule-limits.ts'
import { callOf, childrenOf, isMacro, literal, loops, pathOf, type RuleCall, type RuleNode } from './rule-tree.ts'

/** The facts about a rule that its syntax tree shows. */
export interface RuleFacts {
  /** Whether the rule looks up other people. */
  readonly namesDirectory: boolean
  readonly applications: readonly string[]
  readonly entitlements: readonly { readonly applicationId: string; readonly entitlementId: string }[]
}

/** A part of a rule that we refuse although CEL allows it. */
export interface RuleFault {
  readonly node: RuleNode
  readonly problem: string
}

const functionNames = new Set(ruleFunctions.map(({ name }) => name))
const accessFunctions = new Map([
  ['HasApp', 1],
  ['HasEntitlement', 1],
  ['GetEntitlementMembers', 0],
])

/**
 * Reads a parsed rule and prepares it for the check: calls are renamed to our functions, and patterns are compiled. It refuses parts that
 * could block a worker (a loop within a loop, a pattern that is too large), unknown functions, and access functions with computed ids: the
 * holders are looked up before the evaluation, so the ids must be known.
 */
export function readRule(root: RuleNode): RuleFacts | RuleFault {
  const applications = new Set<string>()
  const entitlements = new Map<string, { applicationId: string; entitlementId: string }>()
  let namesDirectory = false
  const faults: RuleFault[] = []
  const patterns = new Map<string, Pattern>()
  let patternSize = 0

  const visitPattern = (node: RuleNode): void => {
    const source = literal(node)
    if (source === undefined) {
      faults.push({ node, problem: 'matches() takes a pattern in quotes, not a computed one' })
      return
    }
    try {
      const pattern = patterns.get(source) ?? new Pattern(source)
      if (!patterns.has(source)) patternSize += pattern.cost
      patterns.set(source, pattern)
      node.args = pattern
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      faults.push({ node, problem: `the pattern is not valid: ${error.message}` })
    }
    const { patterns: most, patternSize: largest } = ruleLimits
    if (patterns.size > most) faults.push({ node, problem: `a rule has at most ${most} different patterns` })
    if (patternSize > largest) {
      faults.push({ node, problem: `the patterns of a rule compile to at most ${largest} instructions together` })
    }
  }
  const visitCall = (node: RuleNode, call: RuleCall): void => {
    const fault = faultOf(node, call)
    if (fault !== undefined) faults.push(fault)
    const idsFrom = accessFunctions.get(call.name)
    if (idsFrom !== undefined) {
      const [applicationId, entitlementId] = call.given.slice(idsFrom).map(literal)
      if (applicationId !== undefined && call.name === 'HasApp') applications.add(applicationId)
      else if (applicationId !== undefined && entitlementId !== undefined) {
        entitlements.set(JSON.stringify([applicationId, entitlementId]), { applicationId, entitlementId })
      }
    }
    if (call.name === 'matches') visitPattern(call.given.at(-1) ?? node)
    if (!isMacro(node)) (node.args as string[])[0] = functionMark + call.name
    else if (call.name === 'has') checkField(node)
  }
  const visit = (node: RuleNode, outerLoops: number): void => {
    let depth = outerLoops
    const call = callOf(node)
    if (call !== undefined) {
      namesDirectory ||= directoryFunctions.has(call.name)
      if (isMacro(node) && loops.has(call.name) && ++depth > 1) {
        faults.push({ node, problem: 'a loop within a loop is not supported' })
      }
      visitCall(node, call)
    }
    if (faults.length > 0) return
    // The collection of a loop is outside of the loop.
    for (const child of childrenOf(node)) visit(child, child === call?.receiver ? outerLoops : depth)
  }
  visit(root, 0)
  return (
    faults[0] ?? {
      namesDirectory,
      applications: [...applications],
      entitlements: [...entitlements.values()],
    }
  )
}

const directoryFunctions = new Set(
  ruleFunctions.filter(({ receiver }) => receiver?.startsWith('c1.directory.')).map(({ name }) => name),
)

export function isFault(found: object): found is RuleFault {
  return 'problem' in found
}

function faultOf(node: RuleNode, { name, receiver, given }: RuleCall): RuleFault | undefined {
  if (isMacro(node)) return undefined
  const path = receiver === undefined ? undefined : pathOf(receiver)
  const refused = refusedFunctions.get(path === undefined ? name : `${path}.${name}`)
  if (refused !== undefined) return { node, problem: `${name} is not supported: ${refused}` }
  if (!functionNames.has(name)) return { node, problem: `${name} is no function of membership rules` }
  const idsFrom = accessFunctions.get(name)
  if (idsFrom !== undefined && given.slice(idsFrom).some((id) => literal(id) === undefined)) {
    return { node, problem: `${name} takes ids in quotes, not computed ones` }
  }
  if (idsFrom !== undefined && given.some((id) => literal(id)?.includes('\u0000'))) {
    return { node, problem: `an id that ${name} takes has the character U+0000, which no id has` }
  }
  return undefined
}

/** Checks the field of `has(subject.field)` too: the library would treat an unknown field as missing. */
function checkField(node: RuleNode): void {
  const macro = node.meta.macro
  if (macro === undefined) return
  const plain = macro.typeCheck
  Object.assign(macro, {
    typeCheck: (...[checker, self, context]: Parameters<typeof plain>) => {
      const type = plain(checker, self, context)
      checker.check(itemAt(self.args, 0), context)
      return type
    },
  })
}
