import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ChangeService } from '@assay/contracts/assay/change/v1/change_service_pb'
import { switchDiscovery } from '@assay/role-sessions'
import { generateOrganisation } from '@assay/sample-org'
import { unusedPorts } from '@assay/server'
import { findTenant, inTenant } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import type { Browser, Locator, Page } from 'playwright-core'
import { mine } from '../../apps/assay/src/commands/mine.ts'
import { grpc, importFiles, startTestPlatform, type TestPlatform } from '../platform/platform.ts'
import { filesOf } from '../platform/sample.ts'
import type { signedIn } from './open-console.ts'

/** A department whose name is harmful on a page that interprets names as HTML. */
export const harmfulName = '<img src=x onerror="document.title=`harmed`">'
/** A department with a name in a right-to-left script. */
export const rightToLeftName = 'المالية والمحاسبة'
/** An entitlement with a name of the maximum length. */
export const longName = `Access${' to the archive of everything'.repeat(9)}`.slice(0, 256)

/** The platform and the browser that all tests of the console share, and their helpers. */
export interface ConsoleUnderTest {
  platform(): TestPlatform
  browser(): Browser
  /** A signed-in user with a role (`role-miner`), on the start screen. */
  open(role?: Parameters<typeof signedIn>[2]): ReturnType<typeof signedIn>
  openOnes(): Promise<InboxCandidate[]>
  /** Accepts a candidate. @returns the id of its access profile */
  acceptedProfile(candidateId: string): Promise<string>
  /** The text of the toast. */
  toast(page: Page): Locator
}

/** The platform with an analysed organisation of 400 people, some of them with names that are difficult to display. */
export async function startSampleConsole(): Promise<TestPlatform> {
  const [port = 0] = await unusedPorts(1)
  // The public address of the console for a provider, and the network of the provider.
  process.env.ASSAY_PUBLIC_URL = `http://127.0.0.1:${port}`
  process.env.ASSAY_OUTBOUND_NETWORKS = '127.0.0.1'
  const platform = await startTestPlatform(undefined, port)
  // Its results would change the list of candidates during the tests.
  const { owner } = platform.db
  const tenantId = (await findTenant(owner.sql, 'local'))?.tenantId ?? 0
  await inTenant(owner.sql, tenantId, (sql) => switchDiscovery(sql, tenantId, false))
  await loadAndMine(platform, sampleFiles())
  // Two runs, so that there is something to compare. The first is that of the import, which has ended by now.
  const token = await platform.token('admin')
  const api = { baseUrl: platform.baseUrl, token, transport: grpc(platform.baseUrl, token) }
  const { runs } = await createClient(ChangeService, api.transport).listComparableRuns({})
  if (runs.length < 2) await mine(api)
  return platform
}

/** Loads and analyses the next month. */
export async function loadNextMonth(platform: TestPlatform): Promise<void> {
  await loadAndMine(platform, nextMonth())
}

/** Loads the first or the next month, without an analysis. */
export async function loadMonth({ baseUrl, token }: TestPlatform, month: 'first' | 'next'): Promise<void> {
  await importFiles(baseUrl, await token('admin'), month === 'next' ? nextMonth() : sampleFiles())
}

/** The same organisation without some people who manage no one, and without their grants. */
function nextMonth(): Record<string, string> {
  const files = sampleFiles()
  const people = (files['identities.csv'] ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  const managers = new Set(people.flatMap(([, ...facts]) => facts))
  const gone = new Set(people.map(([id = '']) => id).filter((id, place) => place % 20 === 0 && !managers.has(id)))
  const keep = (text: string) =>
    text
      .split('\n')
      .filter((line, place) => place === 0 || !line.split(',').some((cell) => gone.has(cell) && cell !== ''))
      .join('\n')
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, keep(text)]))
}

function sampleFiles(): Record<string, string> {
  return hardNames(filesOf(generateOrganisation({ seed: 5, identityCount: 400 })))
}

async function loadAndMine({ baseUrl, token }: TestPlatform, files: Record<string, string>): Promise<void> {
  const admin = await token('admin')
  await importFiles(baseUrl, admin, files)
  await mine({ baseUrl, token: admin, transport: grpc(baseUrl, admin) })
}

function hardNames(files: Record<string, string>): Record<string, string> {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const replaced = (text: string) =>
    text.replaceAll(/(?<=,)Sales(?=,)/g, quoted(harmfulName)).replaceAll(/(?<=,)Finance(?=,)/g, quoted(rightToLeftName))
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      if (name === 'identities.csv') return [name, replaced(text)]
      return [name, name === 'entitlements.csv' ? text.replaceAll(/(?<=,)[^,]*Folder Editor(?=,)/g, longName) : text]
    }),
  )
}
