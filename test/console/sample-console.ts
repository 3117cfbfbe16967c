import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { generateOrganisation } from '@assay/sample-org'
import type { Locator, Page } from 'playwright-core'
import { mine } from '../../apps/assay/src/commands/mine.ts'
import { grpc, importFiles, startTestPlatform, type TestPlatform } from '../platform/platform.ts'
import { filesOf } from '../platform/sample.ts'
import type { signedIn } from './open-console.ts'

/** A department whose name would do harm on a page that takes names for HTML. */
export const harmfulName = '<img src=x onerror="document.title=`harmed`">'
/** A department of a script that runs from right to left. */
export const rightToLeftName = 'المالية والمحاسبة'
/** An entitlement with as many letters as a name may have. */
export const longName = `Access${' to the archive of everything'.repeat(9)}`.slice(0, 256)

/** The one platform and browser of all tests of the console, and what they have in common. */
export interface ConsoleUnderTest {
  platform(): TestPlatform
  /** Somebody of a role (`role-miner`), signed in, on the start screen. */
  open(role?: Parameters<typeof signedIn>[2]): ReturnType<typeof signedIn>
  openOnes(): Promise<InboxCandidate[]>
  /** What was done last. */
  toast(page: Page): Locator
}

/** The platform with an organisation of 400 people that was analysed, some of whose names are hard on a page. */
export async function startSampleConsole(): Promise<TestPlatform> {
  const platform = await startTestPlatform()
  const token = await platform.token('admin')
  await importFiles(platform.baseUrl, token, hardNames(filesOf(generateOrganisation({ seed: 5, identityCount: 400 }))))
  await mine({ baseUrl: platform.baseUrl, token, transport: grpc(platform.baseUrl, token) })
  return platform
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
