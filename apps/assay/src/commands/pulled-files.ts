import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { AddressGuard, OutboundClient, PatientClient, readSecret } from '@assay/outbound'
import { parseScimAddress, pullScim } from '@assay/scim-pull'
import { localTenant, readCredentials } from '../credentials.ts'
import { readOutboundSettings } from '../outbound-settings.ts'
import { readSettings } from '../settings.ts'

export interface PulledFilesOptions {
  /** The name of the secret for the servers. */
  readonly secret?: string
  /** Receives notes about a pull. */
  readonly tell?: (line: string) => void
}

export function isServerAddress(path: string): boolean {
  return /^scim\+https?:/i.test(path)
}

/** Reads a SCIM server into the temporary folder: one file for each type of resource, in the form of the server's answers. */
export async function pulledFiles(
  address: string,
  temporaryFolder: string,
  { secret: named, tell = () => {} }: PulledFilesOptions,
): Promise<{ readonly path: string; readonly name: string }[]> {
  const url = parseScimAddress(address)
  const { networks, secretsDirectory } = readOutboundSettings()
  const tenant = (await readCredentials(readSettings()).catch(() => undefined))?.tenant ?? localTenant
  const secret = named === undefined ? undefined : await readSecret(secretsDirectory, named, { tenant, url })
  const client = new OutboundClient(new AddressGuard(networks))
  const progress = pullProgress(url.host)
  try {
    const folder = await mkdtemp(join(temporaryFolder, 'pull-'))
    const { files, notes } = await pullScim(url, {
      client: new PatientClient(client),
      secret,
      folder,
      progress: progress.tell,
    })
    progress.end()
    for (const note of notes) tell(`  ${note}`)
    return files.map(({ path, name }) => ({ path, name: `${url.host}/${name}` }))
  } finally {
    progress.end()
    client.close()
  }
}

/** Shows the progress of a pull on a terminal, in one line that is overwritten. Without a terminal it shows nothing. */
function pullProgress(host: string) {
  const out = process.stderr
  return {
    tell: (kind: string, count: number) => {
      if (out.isTTY) out.write(`\r\x1b[K  ${count.toLocaleString('en')} ${kind} read from ${host}`)
    },
    end: () => {
      if (out.isTTY) out.write('\r\x1b[K')
    },
  }
}
