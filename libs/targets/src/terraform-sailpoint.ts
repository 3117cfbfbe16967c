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
    'Rules other than comparisons of attributes: the members of this moment are listed instead.',
    'Names beyond 128 characters and descriptions beyond 2,000.',
    'Whether changes of members wait for a decision, and whether a profile is common access.',
    'Ids of entitlements and identities have to be those of the tenant.',
  ],
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
  const conditions = automationEnabled ? conditionsOf(celExpression) : undefined
  if (conditions !== undefined) {
    const [only] = conditions
    const criteria = only !== undefined && conditions.length === 1 ? condition(only, '    ') : allOf(conditions)
    yield `\n  membership = {\n    type     = "STANDARD"\n    criteria = ${criteria}\n  }\n`
  } else if (members.length > 0) {
    yield '\n  membership = {\n    type = "IDENTITY_LIST"\n    identities = [\n'
    for (const person of members) yield `      ${identity(person)},\n`
    yield '    ]\n  }\n'
  }
}

function identity({ id }: PublishedPerson): string {
  return `{ type = "IDENTITY", id = ${hclText(id)} }`
}

/** Criteria with at most three levels: all of, any of, a comparison. */
function allOf(conditions: readonly RuleCondition[]): string {
  const children = conditions.map((one) => condition(one, '        '))
  return `{\n      operation = "AND"\n      children = ${hclList(children, '      ')}\n    }`
}

function condition({ attribute, values }: RuleCondition, indent: string): string {
  const property = `attribute.${attribute.name === 'manager_id' ? 'manager' : attribute.name}`
  const comparisons = values.map((value) => comparison(property, value))
  const [only = ''] = comparisons
  if (comparisons.length <= 1) return only
  return `{\n${indent}  operation = "OR"\n${indent}  children = ${hclList(comparisons, `${indent}  `)}\n${indent}}`
}

function comparison(property: string, value: string): string {
  const key = `{ type = "IDENTITY", property = ${hclText(property)} }`
  return `{ operation = "EQUALS", key = ${key}, string_value = ${hclText(value)} }`
}

/** The first characters of a text; no character is cut in half. */
function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : characters.slice(0, most).join('')
}
