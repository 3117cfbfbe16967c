import { generateOrganisation } from '@assay/sample-org'
import { mine } from '../../apps/assay/src/commands/mine.ts'
import { grpc, importFiles, startTestPlatform, type TestPlatform } from '../platform/platform.ts'
import { filesOf } from '../platform/sample.ts'

/** A department whose name would do harm on a page that takes names for HTML. */
export const harmfulName = '<img src=x onerror="document.title=`harmed`">'
/** A department of a script that runs from right to left. */
export const rightToLeftName = 'المالية والمحاسبة'
/** An entitlement with as many letters as a name may have. */
export const longName = `Access${' to the archive of everything'.repeat(9)}`.slice(0, 256)

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
