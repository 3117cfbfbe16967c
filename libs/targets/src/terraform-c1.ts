import { hclList, hclText, resourceName } from './hcl.ts'
import type { PublishedEntitlement, PublishedProfile } from './published-profile.ts'
import type { Target } from './target.ts'

const provider = `terraform {
  required_providers {
    conductorone = {
      source  = "ConductorOne/conductorone"
      version = "~> 1.5"
    }
  }
}
`

/** Access profiles, their entries and their rules, for the provider ConductorOne/conductorone. */
export const terraformC1: Target = {
  id: 'terraform-c1',
  title: "Terraform for ConductorOne's provider",
  loses: [
    'Members without a rule: the provider has no resource for them.',
    'Owners, and whether a profile is common access.',
    'Ids of applications and entitlements have to be those of the tenant.',
  ],
  system: { application: '', owns: () => true, takes: ({ isOwn }) => isOwn, takesPerson: () => true },
  files: (profiles) => [
    { name: 'providers.tf', content: () => [provider] },
    { name: 'profiles.tf', content: () => profiles.values().map(resources) },
    { name: 'imports.tf.optional', content: () => imports(profiles) },
  ],
}

/**
 * The resources of a profile. All attributes that the profile has are written, also an empty description, since Terraform would keep the
 * old value of a missing one.
 */
function resources(profile: PublishedProfile): string {
  const name = resourceName(profile.id)
  const entries = hclList(profile.entitlements.map(entry), '  ')
  return `resource "conductorone_access_profile" "${name}" {
  display_name = ${hclText(profile.displayName)}
  description  = ${hclText(profile.description)}
}

resource "conductorone_access_profile_requestable_entries" "${name}" {
  catalog_id = conductorone_access_profile.${name}.id

  app_entitlements = ${entries}
}

${automation(profile, name)}`
}

function entry({ applicationId, id }: PublishedEntitlement): string {
  return `{ app_id = ${hclText(applicationId)}, id = ${hclText(id)} }`
}

function automation({ celExpression, automationEnabled, createTasks }: PublishedProfile, name: string): string {
  if (celExpression === '') return ''
  return `resource "conductorone_bundle_automation" "${name}" {
  request_catalog_id = conductorone_access_profile.${name}.id
  enabled            = ${automationEnabled}
  create_tasks       = ${createTasks}
  cel = {
    expression = ${hclText(celExpression)}
  }
}

`
}

/** Import blocks for a server that already has the profiles, as Assay itself does. */
function* imports(profiles: readonly PublishedProfile[]): Generator<string> {
  yield '# Rename this file to imports.tf where the server has the profiles already, as Assay itself has.\n'
  for (const { id, celExpression } of profiles) {
    const kinds = ['access_profile', 'access_profile_requestable_entries']
    if (celExpression !== '') kinds.push('bundle_automation')
    for (const kind of kinds)
      yield `\nimport {\n  to = conductorone_${kind}.${resourceName(id)}\n  id = ${hclText(id)}\n}\n`
  }
}
