import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { inTenant, type Sql } from '@assay/store'

/** Two people with the same name, one of them disabled; an id that two applications have; an application without holders. */
const files = {
  'identities.csv': `
id,display_name,email,username,department,job_title,manager_id,employment_type,employment_status,status,type,location,cloudLifecycleState,firstname,lastname,projects[|]
e-1,Ada Lovelace,ada@example.com,ada.lovelace,Engineering,Engineer,e-2,Employee,Active,enabled,human,Miami,active,Ada,Lovelace,Moon|Mars
e-2,Grace Hopper,grace@example.com,grace.hopper,Engineering,Manager,,Employee,Active,enabled,human,Austin,active,Grace,Hopper,
e-3,Alan Turing,alan@example.com,alan.turing,Legal,Counsel,e-2,Contractor,Ended,disabled,human,London,inactive,Alan,Turing,
e-4,Alan Turing,alan2@example.com,alan.turing2,Legal,Counsel,e-2,Contractor,Active,enabled,human,London,,Alan,Turing,`,
  'applications.csv': `
id,display_name,description
gh,GitHub,Code
ad,Active Directory,
a/b 1,"A&B #1 é",`,
  'entitlements.csv': `
id,application_id,display_name,description,resource_type,resource,attribute,risk_level,privileged
gh-dev,gh,Developers,Write code,Team,dev,teams,,false
gh-admin,gh,Administrators,,Team,admin,teams,high,true
ad-vpn,ad,VPN,,,,memberOf,,false
ad-all,ad,Everybody,,,,memberOf,,false
dup,ad,Duplicate in AD,,,,memberOf,,false
dup,gh,Duplicate in GitHub,,,,teams,,false`,
  'grants.csv': `
identity_id,entitlement_id,application_id
e-1,gh-dev,gh
e-1,ad-vpn,ad
e-2,gh-dev,gh
e-2,gh-admin,gh
e-3,ad-vpn,ad
e-4,dup,ad
e-4,ad-all,ad`,
  // The entitlements that ad-all gives besides itself.
  'memberships.csv': `
holder_application_id,holder_entitlement_id,application_id,entitlement_id
ad,ad-all,gh,dup`,
}

export const engineers = '00000000-0000-4000-8000-000000000001'

/** Imports the files, with the access profile "Engineers" of e-2, whose members are e-1 and e-2 and which gives gh-dev. */
export async function importOrganisation(sql: Sql, tenant: number): Promise<void> {
  const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
  for (const [name, content] of Object.entries(files)) {
    await uploadImportFile(sql, tenant, id, name, bytes(content.trim()))
  }
  await commitImport(sql, tenant, id)
  await inTenant(sql, tenant, async (scoped) => {
    await scoped`
      insert into access_profiles (tenant_id, id, display_name, description, created_by, owner_id, name_order)
      values (${tenant}, ${engineers}, 'Engineers', 'Everybody in Engineering', 'import', 'e-2', 'engineers')`
    await scoped`
      insert into access_profile_members (tenant_id, profile_id, identity_key)
      select ${tenant}, ${engineers}, key from identities where id in ('e-1', 'e-2')`
    await scoped`
      insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key)
      select ${tenant}, ${engineers}, key from entitlements where id = 'gh-dev'`
  })
}

async function* bytes(content: string) {
  yield new TextEncoder().encode(content)
}
