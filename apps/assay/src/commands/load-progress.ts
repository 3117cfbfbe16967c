import type { Composition } from '@assay/sources'
import type { NamedFile } from './input-files.ts'

/** Shows the progress of a load on a terminal, in one line that is overwritten. Without a terminal it shows nothing. */
export function loadProgress({ holdings }: Composition, files: readonly NamedFile[]): { end(): void } {
  const out = process.stderr
  if (!out.isTTY) return { end: () => {} }
  const started = performance.now()
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const readBytes = () => files.reduce((sum, { read }) => sum + read.bytes, 0)
  const before = readBytes()
  const timer = setInterval(() => {
    const seconds = (performance.now() - started) / 1000
    out.write(
      `\r\x1b[K  ${progressLine({ rows: holdings.rows, readBytes: readBytes() - before, totalBytes, seconds })}`,
    )
  }, 500)
  timer.unref()
  return {
    end: () => {
      clearInterval(timer)
      out.write('\r\x1b[K')
    },
  }
}

interface Progress {
  readonly rows: number
  /** Bytes of the files that were read since the load began. */
  readonly readBytes: number
  readonly totalBytes: number
  readonly seconds: number
}

/** Without an estimate for spreadsheets and databases, which are not read from beginning to end. */
export function progressLine({ rows, readBytes, totalBytes, seconds }: Progress): string {
  const rate = Math.round(rows / Math.max(seconds, 0.001))
  const share = totalBytes === 0 ? 0 : readBytes / totalBytes
  const left = share > 0.01 && share < 1 ? `, about ${duration((seconds / share) * (1 - share))} left` : ''
  const percent = share > 0.01 && share < 1 ? ` (${Math.floor(share * 100)} %)` : ''
  return `${rows.toLocaleString('en')} grants read from ${(totalBytes / 1e6).toFixed(1)} MB of files${percent}, ${rate.toLocaleString('en')} a second${left}`
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  return `${Math.round(seconds / 60)} min`
}
