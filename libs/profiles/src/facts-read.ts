import { callOf, childrenOf, literal, type RuleNode } from './rule-tree.ts'
import { type FieldName, userFields } from './user-fields.ts'

/** A fact about an identity on which a rule may depend. */
export type Fact =
  | { readonly kind: 'field'; readonly name: FieldName }
  | { readonly kind: 'attribute'; readonly key: string }
  | { readonly kind: 'holding'; readonly applicationId: string; readonly entitlementId: string | null }

/**
 * All facts about its subject that an expression reads, each once. Undefined when it passes the subject, or all of its custom attributes,
 * to a function whose reads are not known here. An unknown expression counts as reading everything.
 */
export function factsRead(root: RuleNode): Fact[] | undefined {
  const facts = new Map<string, Fact>()
  return visit(root, (fact) => facts.set(JSON.stringify(fact), fact)) ? [...facts.values()] : undefined
}

/** Whether all nodes below this one are known. */
function visit(node: RuleNode, found: (fact: Fact) => void): boolean {
  const fact = factOf(node)
  if (fact !== undefined) {
    found(fact)
    return true
  }
  if (isSubject(node)) return false
  return childrenOf(node).every((child) => visit(child, found))
}

function factOf(node: RuleNode): Fact | undefined {
  switch (node.op) {
    case '.': {
      const [owner, name] = node.args as [RuleNode, string]
      return memberFact(owner, name)
    }
    case '[]': {
      const [owner, index] = node.args as [RuleNode, RuleNode]
      const key = literal(index)
      return key === undefined ? undefined : memberFact(owner, key)
    }
    case 'in': {
      const [element, map] = node.args as [RuleNode, RuleNode]
      const key = literal(element)
      return key !== undefined && isAttributes(map) ? { kind: 'attribute', key } : undefined
    }
    case 'rcall':
      return callFact(node)
    default:
      return undefined
  }
}

function memberFact(owner: RuleNode, name: string): Fact | undefined {
  if (isAttributes(owner)) return { kind: 'attribute', key: name }
  if (!isSubject(owner) || !Object.hasOwn(userFields, name)) return undefined
  const field = userFields[name as keyof typeof userFields]
  return 'reads' in field ? { kind: 'field', name: field.reads } : undefined
}

/** The fact on which a function with the subject as argument depends. Other people are the same for all subjects. */
function callFact(node: RuleNode): Fact | undefined {
  const { name, given } = callOf(node) ?? { name: '', given: [] }
  if (given[0] === undefined || !isSubject(given[0])) return undefined
  const [applicationId, entitlementId] = given.slice(1).map(literal)
  switch (name) {
    case 'GetManagers':
      return { kind: 'field', name: 'managerId' }
    case 'DirectReports':
      return { kind: 'field', name: 'id' }
    case 'HasApp':
      return applicationId === undefined ? undefined : { kind: 'holding', applicationId, entitlementId: null }
    case 'HasEntitlement':
      if (applicationId === undefined || entitlementId === undefined) return undefined
      return { kind: 'holding', applicationId, entitlementId }
    default:
      return undefined
  }
}

function isSubject(node: RuleNode): boolean {
  return node.op === 'id' && node.args === 'subject'
}

function isAttributes(node: RuleNode): boolean {
  if (node.op !== '.') return false
  const [owner, name] = node.args as [RuleNode, string]
  return isSubject(owner) && (name === 'profile' || name === 'attributes')
}
