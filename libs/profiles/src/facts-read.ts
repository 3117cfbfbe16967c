import type { ASTNode } from '@marcbachmann/cel-js'

/** One thing about an identity that a rule may depend on. */
export type Fact =
  | { readonly kind: 'field'; readonly name: FieldName }
  | { readonly kind: 'attribute'; readonly key: string }
  | { readonly kind: 'holding'; readonly applicationId: string; readonly entitlementId: string | null }

/** A field of a subject; those that are two spellings of one have one name here. */
export type FieldName = (typeof fieldNames)[keyof typeof fieldNames]

const fieldNames = {
  id: 'id',
  email: 'email',
  emails: 'email',
  username: 'username',
  usernames: 'username',
  displayName: 'displayName',
  display_name: 'displayName',
  department: 'department',
  jobTitle: 'jobTitle',
  job_title: 'jobTitle',
  employmentType: 'employmentType',
  employment_type: 'employmentType',
  employmentStatus: 'employmentStatus',
  employment_status: 'employmentStatus',
  manager: 'managerEmail',
  managerId: 'managerId',
  manager_id: 'managerId',
  status: 'status',
  directoryStatus: 'status',
  directory_status: 'status',
  type: 'type',
} as const

/**
 * Everything that an expression reads of its subject, each once; undefined when it hands the subject, or all of its
 * custom attributes, to something whose use of them is not seen here. What is not recognised is never taken for less.
 */
export function factsRead(root: ASTNode): Fact[] | undefined {
  const facts = new Map<string, Fact>()
  return visit(root, (fact) => facts.set(JSON.stringify(fact), fact)) ? [...facts.values()] : undefined
}

/** Whether everything below the node is understood. */
function visit(node: ASTNode, found: (fact: Fact) => void): boolean {
  const fact = factOf(node)
  if (fact !== undefined) {
    found(fact)
    return true
  }
  if (isSubject(node)) return false
  return childrenOf(node.args).every((child) => visit(child, found))
}

function factOf(node: ASTNode): Fact | undefined {
  switch (node.op) {
    case '.':
    case '.?':
      return memberFact(node.args[0], node.args[1])
    case '[]':
    case '[?]': {
      const key = literal(node.args[1])
      return key === undefined ? undefined : memberFact(node.args[0], key)
    }
    case 'in': {
      const key = literal(node.args[0])
      return key !== undefined && isAttributes(node.args[1]) ? { kind: 'attribute', key } : undefined
    }
    case 'rcall':
      return holdingFact(node.args[0], node.args[2])
    default:
      return undefined
  }
}

function memberFact(owner: ASTNode, name: string): Fact | undefined {
  if (isAttributes(owner)) return { kind: 'attribute', key: name }
  if (!isSubject(owner) || !Object.hasOwn(fieldNames, name)) return undefined
  return { kind: 'field', name: fieldNames[name as keyof typeof fieldNames] }
}

function holdingFact(name: string, given: readonly ASTNode[]): Fact | undefined {
  if ((name !== 'HasApp' && name !== 'HasEntitlement') || given[0] === undefined || !isSubject(given[0]))
    return undefined
  const [applicationId, entitlementId] = given.slice(1).map(literal)
  if (applicationId === undefined) return undefined
  if (name === 'HasApp') return { kind: 'holding', applicationId, entitlementId: null }
  return entitlementId === undefined ? undefined : { kind: 'holding', applicationId, entitlementId }
}

function isSubject(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'subject'
}

function isAttributes(node: ASTNode): boolean {
  return node.op === '.' && isSubject(node.args[0]) && (node.args[1] === 'profile' || node.args[1] === 'attributes')
}

function literal(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}

function childrenOf(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(childrenOf)
  return isNode(value) ? [value] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
