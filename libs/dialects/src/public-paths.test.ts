import { MiningService } from '@assay/contracts'
import { http } from '@assay/contracts/google/api/annotations_pb'
import { getOption, hasOption } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { publicCalls } from './dialect-tables.ts'

const publicMethods = publicCalls.map(({ method }) => method)

test('every call of a public service has a path over HTTP', () => {
  const unbound = publicMethods.filter((method) => !hasOption(method, http))
  expect(unbound.map((method) => method.toString())).toEqual([])
})

test('no two calls share a method and path', () => {
  const bindings = publicMethods.flatMap((method) => {
    const rule = getOption(method, http)
    return [rule, ...rule.additionalBindings].map(({ pattern }) =>
      `${pattern.case} ${String(pattern.value)}`.replaceAll(/\{[^}]*\}/g, '*'),
    )
  })
  expect(new Set(bindings).size).toBe(bindings.length)
})

test('our own services keep their paths under their own prefixes, and mining has none', () => {
  const prefixes: Record<string, string> = {
    'assay.source.v1': '/sources/v1/',
    'assay.candidate.v1': '/candidates/v1/',
    'assay.change.v1': '/changes/v1/',
    'assay.client.v1': '/clients/v1/',
    'assay.decision.v1': '/decisions/v1/',
    'assay.directory.v1': '/directory/v1/',
    'assay.event.v1': '/events/v1/',
    'assay.explore.v1': '/explore/v1/',
    'assay.impact.v1': '/impacts/v1/',
    'assay.insight.v1': '/insights/v1/',
    'assay.ledger.v1': '/ledger/v1/',
    'assay.people.v1': '/people/v1/',
    'assay.matrix.v1': '/matrix/v1/',
    'assay.policy.v1': '/policies/v1/',
    'assay.profile.v1': '/profiles/v1/',
    'assay.review.v1': '/reviews/v1/',
    'assay.rolemodel.v1': '/rolemodels/v1/',
    'assay.session.v1': '/sessions/v1/',
    'assay.view.v1': '/views/v1/',
    'assay.publication.v1': '/publications/v1/',
    'assay.work.v1': '/work/v1/',
    'c1.api.accessconflict.v1': '/api/v1/',
    'c1.api.app.v1': '/api/v1/',
    'c1.api.attribute.v1': '/api/v1/',
    'c1.api.auth.v1': '/api/v1/',
    'c1.api.directory.v1': '/api/v1/',
    'c1.api.iam.v1': '/api/v1/',
    'c1.api.policy.v1': '/api/v1/',
    'c1.api.requestcatalog.v1': '/api/v1/',
    'c1.api.role_mining_management.v1': '/api/v1/',
    'c1.api.task.v1': '/api/v1/',
    'c1.api.user.v1': '/api/v1/',
    'sailpoint.accessprofiles.v1': '/beta/access-profiles',
    'sailpoint.accounts.v1': '/beta/accounts',
    'sailpoint.accountusages.v1': '/beta/account-usages/',
    'sailpoint.commonaccess.v1': '/beta/common-access',
    'sailpoint.entitlements.v1': '/beta/entitlements',
    'sailpoint.iai.rolemining.v1': '/beta/role-mining-',
    'sailpoint.identities.v1': '/beta/',
    'sailpoint.identityprofiles.v1': '/beta/identity-profiles',
    'sailpoint.publicidentities.v1': '/beta/public-identities',
    'sailpoint.recommendations.v1': '/beta/recommendations/',
    'sailpoint.roleinsights.v1': '/beta/role-insights',
    'sailpoint.roles.v1': '/beta/roles',
    'sailpoint.sod.v1': '/beta/sod-',
    'sailpoint.search.v1': '/beta/search',
    'sailpoint.sources.v1': '/beta/sources',
    'sailpoint.sourceusages.v1': '/beta/source-usages/',
    'sailpoint.taskstatus.v1': '/beta/task-status',
    'sailpoint.tenant.v1': '/beta/tenant',
    'sailpoint.unheld.v1': '/beta/',
    'sailpoint.workgroups.v1': '/beta/workgroups',
  }
  for (const method of publicMethods) {
    const { pattern } = getOption(method, http)
    expect(String(pattern.value), method.toString()).toContain(prefixes[method.parent.file.proto.package])
  }
  expect(MiningService.methods.filter((method) => hasOption(method, http))).toEqual([])
})
