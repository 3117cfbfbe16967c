import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { type ImportSource, importSources } from './import.ts'
import { mine } from './mine.ts'
import { serve } from './serve.ts'
import { describeSuggestion, suggestions } from './suggestions.ts'

const identityCount = 2000
const shownSuggestions = 5

/** `assay demo`: the platform with sample data. */
export function demoCommand(print: (line: string) => void): Command {
  return new Command('demo')
    .description('start the platform, import a made-up organisation, analyse it and accept a role')
    .option('--exit', 'stop after printing instead of serving on')
    .action((options: { exit?: boolean }) =>
      serve(readSettings(), print, {
        // The platform that it has just started, whatever the environment names.
        once: async () => demo(await connectToPlatform(readSettings(), {}), print),
        exit: options.exit ?? false,
      }),
    )
}

/** The main workflow on generated data: load, analyse, list suggestions, accept one, and show its new members. */
async function demo(api: ApiClient, print: (line: string) => void): Promise<void> {
  const started = performance.now()
  const elapsed = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
  // Only the dates depend on the present day: usage that ended long ago would be reported as old.
  const asOf = new Date().toISOString().slice(0, 10)
  const organisation = generateOrganisation({ seed: 1, identityCount, asOf })
  print(`\nA made-up organisation: ${identityCount} identities, ${organisation.entitlements.length} entitlements.`)

  const { counts } = await importSources(api, sampleSources(organisation), { skipInvalid: false, report: () => {} })
  print(`Imported ${counts?.grants} grants in ${counts?.applications} applications (${elapsed()}).`)

  const run = await mine(api)
  print(
    `Analysed ${run.totalUsers} people in ${run.cohortsAnalyzed} cohorts: ${run.suggestionsGenerated} suggestions (${elapsed()}).\n`,
  )

  const top = []
  for await (const suggestion of suggestions(api)) if (top.push(suggestion) === shownSuggestions) break
  for (const suggestion of top) print(`${describeSuggestion(suggestion)}\n`)
  const best = top.find((suggestion) => suggestion.createdCatalogId === '')
  if (best === undefined) return

  const profiles = createClient(ProfileService, api.transport)
  const created = await createClient(RoleMiningManagementService, api.transport).createAccessProfileFromCohort({
    displayName: best.suggestedName,
    description: best.description,
    profileFilters: best.cohortFilters,
    entitlements: best.entitlements,
    enableAutomation: true,
    suggestionId: best.id,
  })
  const profile = await profiles.getAccessProfile({ accessProfileId: created.accessProfileId })
  const { members } = await profiles.listAccessProfileMembers({ accessProfileId: profile.id, pageSize: 3 })
  print(`Accepted "${best.suggestedName}": access profile ${profile.id}`)
  print(`  its members are chosen by  ${created.celExpression}`)
  print(
    `  ${profile.memberCount} members, among them ${members.map((member) => member.identityDisplayName).join(', ')}`,
  )
  print(`  (${elapsed()} since the demo began)\n`)
  print(exampleCalls(api.baseUrl))
}

function sampleSources(organisation: ReturnType<typeof generateOrganisation>): ImportSource[] {
  return toCsv(organisation).map(({ fileName, chunks }) => ({ fileName, content: encoded(chunks) }))
}

function* encoded(chunks: Iterable<string>): Iterable<Uint8Array> {
  const encoder = new TextEncoder()
  for (const chunk of chunks) yield encoder.encode(chunk)
}

/** One example call for each API, which can be pasted into a shell in the checkout. */
function exampleCalls(baseUrl: string): string {
  const list = 'c1.api.role_mining_management.v1.RoleMiningManagementService/ListSuggestions'
  return [
    'Ask for the same suggestions yourself:',
    '  TOKEN=$(npm run -s token)',
    `  curl -s -H "Authorization: Bearer $TOKEN" "${baseUrl}/api/v1/role-mining/suggestions?page_size=1"`,
    ...['connect', 'grpc', 'grpcweb'].map(
      (protocol) =>
        `  npx buf curl --protocol ${protocol}${protocol === 'grpc' ? ' --http2-prior-knowledge' : ''} --schema . -H "Authorization: Bearer $TOKEN" -d '{"pageSize":1}' ${baseUrl}/${list}`,
    ),
    "The potential roles that SailPoint's API shows after every import:",
    `  curl -s -H "Authorization: Bearer $TOKEN" "${baseUrl}/beta/role-mining-potential-roles?sorters=-quality&limit=1"`,
  ].join('\n')
}
