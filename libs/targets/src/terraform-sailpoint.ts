import { hclList, hclText, resourceName } from './hcl.ts'
import type { PublishedPerson, PublishedProfile } from './published-profile.ts'
import { conditionsOf, type RuleCondition } from './simple-rule.ts'
import type { Target } from './target.ts'

const provider = `terraform {
  required_providers {
    sailpoint = {
      source = "AnasSahel/sailpoint-isc-community"
    }
  }
}
`

const defaultOwner = `variable "default_owner_id" {
  description = "Id of the identity that owns roles without an owner"
  type        = string
}

`

/** The longest values in characters, from the provider's documentation. */
const longest = { name: 128, description: 2000 } as const

/** Roles for the community provider AnasSahel/sailpoint-isc-community. */
export const terraformSailpoint: Target = {
  id: 'terraform-sailpoint',
  title: "Terraform for SailPoint's community provider",
  loses: [
    'Rules other than comparisons of attributes that SailPoint has: the members of this moment are listed instead.',
    'Names beyond 128 characters and descriptions beyond 2,000.',
    'Whether changes of members wait for a decision, and whether a profile is common access.',
    'Ids of entitlements and identities have to be those of the tenant.',
  ],
  system: { application: '', owns: () => true, takes: ({ isOwn }) => isOwn, takesPerson: () => true },
  files: (profiles) => [
    { name: 'providers.tf', content: () => [provider] },
    { name: 'roles.tf', content: () => roles(profiles) },
  ],
}

function* roles(profiles: readonly PublishedProfile[]): Generator<string> {
  if (profiles.some(({ owner }) => owner === undefined)) yield defaultOwner
  for (const profile of profiles) yield* role(profile)
}

function* role(profile: PublishedProfile): Generator<string> {
  const { displayName, description, owner, entitlements } = profile
  yield `resource "sailpoint_role" "${resourceName(profile.id)}" {\n`
  yield `  name        = ${hclText(cut(displayName, longest.name))}\n`
  // For an empty description the server answers null, which would be a difference in each plan.
  if (description !== '') yield `  description = ${hclText(cut(description, longest.description))}\n`
  yield '  enabled     = true\n  requestable = false\n\n'
  yield '  owner = {\n    type = "IDENTITY"\n'
  yield `    id   = ${owner === undefined ? 'var.default_owner_id' : hclText(owner.id)}\n  }\n`
  if (entitlements.length > 0) {
    const items = entitlements.map(({ id }) => `{ type = "ENTITLEMENT", id = ${hclText(id)} }`)
    yield `\n  entitlements = ${hclList([...new Set(items)], '  ')}\n`
  }
  yield* membership(profile)
  yield '}\n\n'
}

function* membership({ automationEnabled, celExpression, members }: PublishedProfile): Generator<string> {
  const criteria = automationEnabled ? criteriaOf(celExpression) : undefined
  if (criteria !== undefined) {
    yield `\n  membership = {\n    type = "STANDARD"\n\n    criteria = ${criteria}\n  }\n`
  } else if (members.length > 0) {
    yield '\n  membership = {\n    type = "IDENTITY_LIST"\n\n    identities = [\n'
    for (const person of members) yield `      ${identity(person)},\n`
    yield '    ]\n  }\n'
  }
}

function identity({ id }: PublishedPerson): string {
  return `{ type = "IDENTITY", id = ${hclText(id)} }`
}

/** SailPoint's names of the fields of an identity that rules compare. Other fields, as the mail of the manager, have none. */
const nameOfField: Readonly<Record<string, string>> = {
  username: 'uid',
  displayName: 'displayName',
  display_name: 'displayName',
  email: 'email',
  department: 'department',
  jobTitle: 'jobTitle',
  job_title: 'jobTitle',
  managerId: 'manager',
  manager_id: 'manager',
  employmentType: 'employmentType',
  employment_type: 'employmentType',
  employmentStatus: 'employmentStatus',
  employment_status: 'employmentStatus',
}
const fieldNames: ReadonlySet<string> = new Set(Object.values(nameOfField))

/** Criteria with at most three levels: all of, any of, a comparison. Undefined for a rule that they cannot express. */
function criteriaOf(celExpression: string): string | undefined {
  const conditions = conditionsOf(celExpression)
  if (conditions === undefined) return undefined
  const indent = conditions.length === 1 ? '    ' : '        '
  const children = conditions.flatMap((one) => condition(one, indent) ?? [])
  if (children.length < conditions.length) return undefined
  if (children.length === 1) return children[0]
  return `{\n      operation = "AND"\n      children = ${hclList(children, '      ')}\n    }`
}

/** The name of an attribute; undefined when SailPoint has none, or another attribute has that name. */
function nameOf({ kind, name }: RuleCondition['attribute']): string | undefined {
  if (kind === 'key') return fieldNames.has(name) ? undefined : name
  return Object.hasOwn(nameOfField, name) ? nameOfField[name] : undefined
}

function condition({ attribute, values }: RuleCondition, indent: string): string | undefined {
  const name = nameOf(attribute)
  if (name === undefined) return undefined
  const comparisons = values.map((value) => comparison(`attribute.${name}`, value))
  const [only = ''] = comparisons
  if (comparisons.length <= 1) return only
  return `{\n${indent}  operation = "OR"\n${indent}  children = ${hclList(comparisons, `${indent}  `)}\n${indent}}`
}

function comparison(property: string, value: string): string {
  const key = `{ type = "IDENTITY", property = ${hclText(property)} }`
  return `{ operation = "EQUALS", key = ${key}, string_value = ${hclText(value)} }`
}

/** The first characters of a text; no character is cut in half, and no blank is last, which a server would remove from a name. */
function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : characters.slice(0, most).join('').trimEnd()
}
