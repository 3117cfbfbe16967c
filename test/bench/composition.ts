import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAccessFiles } from './support/access-files.ts'
import type { Bench } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { measureFiveSources } from './support/five-sources.ts'

const sizes = {
  small: { identities: 5_000, entitlements: 2_000, applications: 50, grants: 200_000, changedGrants: 2_000 },
  full: { identities: 100_000, entitlements: 20_000, applications: 200, grants: 10_000_000, changedGrants: 100_000 },
}

export const bench: Bench = {
  about: 'five sources from nothing, and what few changes of them take',
  async run({ scale, say }) {
    const size = process.env.SIZE ? JSON.parse(process.env.SIZE) : sizes[scale]
    return withBenchDatabase(async ({ url, serviceUrl, folder }) => {
      const files = join(folder, 'files')
      await mkdir(files)
      await writeAccessFiles(files, size)
      return measureFiveSources({
        url,
        serviceUrl,
        folder,
        files,
        changedGrants: size.changedGrants,
        nativeSeconds: 1,
        say,
      })
    })
  },
}
