import type { Composition } from '@assay/sources'
import type { NamedFile } from './input-files.ts'

/** Says on a terminal how far a load is, on one line that is written over. Elsewhere it says nothing. */
export function loadProgress({ holdings }: Composition, files: readonly NamedFile[]): { end(): void } {
  const out = process.stderr
  if (!out.isTTY) return { end: () => {} }
  const started = performance.now()
  const megabytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6
  const timer = setInterval(() => {
    const seconds = (performance.now() - started) / 1000
    const rate = Math.round(holdings.rows / seconds)
    out.write(
      `\r\x1b[K  ${holdings.rows.toLocaleString('en')} grants read from ${megabytes.toFixed(1)} MB of files, ${rate.toLocaleString('en')} a second`,
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
