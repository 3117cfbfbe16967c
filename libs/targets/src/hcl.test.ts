import { expect, test } from 'vitest'
import { hclText, resourceName } from './hcl.ts'
import { terraformC1 } from './terraform-c1.ts'
import { terraformSailpoint } from './terraform-sailpoint.ts'
import { ada, ben, profile, textOf } from './testing-profiles.ts'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what Terraform would evaluate
test.each([
  ['plain', '"plain"'],
  ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
  ['${file("/etc/passwd")}', '"$${file(\\"/etc/passwd\\")}"'],
  ['$${a}', '"$$${a}"'],
  ['%{ if x }', '"%%{ if x }"'],
  ['$ {a} % {b}', '"$ {a} % {b}"'],
  ['two\nlines\r\t', '"two\\nlines\\r\\t"'],
  ['\u0000\u202e\u{e0001}\ud800', '"\\u0000\\u202e\\U000e0001\\ufffd"'],
])('%j is written as %s', (text, hcl) => {
  expect(hclText(text)).toBe(hcl)
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: what Terraform would evaluate

test('a resource keeps its name when its profile is renamed', () => {
  expect(resourceName('0b8f6e5a-1c2d-4e3f-8a9b-0123456789ab')).toBe('profile_0b8f6e5a_1c2d_4e3f_8a9b_0123456789ab')
})

test('a profile with a rule is three resources of the provider, and three imports', () => {
  const files = terraformC1.files([profile({ celExpression: 'subject.department == "E"', automationEnabled: true })])
  expect(
    textOf(files, 'profiles.tf'),
  ).toBe(`resource "conductorone_access_profile" "profile_0b8f6e5a_1c2d_4e3f_8a9b_0123456789ab" {
  display_name = "Engineers"
  description  = ""
}

resource "conductorone_access_profile_requestable_entries" "profile_0b8f6e5a_1c2d_4e3f_8a9b_0123456789ab" {
  catalog_id = conductorone_access_profile.profile_0b8f6e5a_1c2d_4e3f_8a9b_0123456789ab.id

  app_entitlements = [
    { app_id = "git", id = "writer" },
    { app_id = "git", id = "reader" },
  ]
}

resource "conductorone_bundle_automation" "profile_0b8f6e5a_1c2d_4e3f_8a9b_0123456789ab" {
  request_catalog_id = conductorone_access_profile.profile_0b8f6e5a_1c2d_4e3f_8a9b_0123456789ab.id
  enabled            = true
  create_tasks       = false
  cel = {
    expression = "subject.department == \\"E\\""
  }
}

`)
  expect(textOf(files, 'imports.tf.optional').match(/^import/gm)).toHaveLength(3)
})

test('a role says its rule by criteria where it can, and else its members', () => {
  const text = (given: Parameters<typeof profile>[0]) => textOf(terraformSailpoint.files([profile(given)]), 'roles.tf')
  const rule = 'subject.department == "E" && subject.jobTitle in ["A", "B"]'
  const byRule = text({ celExpression: rule, automationEnabled: true, owner: ada })
  expect(byRule).toContain('type = "STANDARD"')
  expect(byRule).toContain('operation = "AND"')
  expect(byRule).toContain('operation = "OR"')
  expect(byRule).toContain('property = "attribute.jobTitle" }, string_value = "B"')
  expect(byRule).toContain('id   = "e1"')
  expect(byRule).not.toContain('variable')
  const listed = text({ celExpression: 'subject.department != "E"', automationEnabled: true })
  expect(listed).toContain('variable "default_owner_id"')
  expect(listed).toContain(`{ type = "IDENTITY", id = "${ben.id}" },`)
  // A rule without the automation does not decide the members.
  expect(text({ celExpression: rule })).toContain('IDENTITY_LIST')
  expect(text({ members: [], entitlements: [] })).not.toMatch(/membership|entitlements/)
  expect(text({ displayName: 'x'.repeat(200) })).toContain(`"${'x'.repeat(128)}"`)
})
