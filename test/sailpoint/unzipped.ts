import { fromBuffer } from 'yauzl'

/** The texts of the files in an archive, by name. */
export function unzipped(archive: Buffer): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  return new Promise((resolve, reject) => {
    fromBuffer(archive, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      zip.on('error', reject)
      zip.on('end', () => resolve(found))
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, async (failure, stream) => {
          if (failure) return reject(failure)
          found[entry.fileName] = Buffer.concat(await Array.fromAsync(stream)).toString('utf8')
          zip.readEntry()
        })
      })
      zip.readEntry()
    })
  })
}
