const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** `4.2 MB` */
export function byteWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 1_000_000) return `${number.format(bytes / 1_000)} kB`
  if (bytes < 1_000_000_000) return `${number.format(bytes / 1_000_000)} MB`
  return `${number.format(bytes / 1_000_000_000)} GB`
}

/** Estimated seconds until a file is sent, at the speed so far; undefined while there is too little to estimate from. */
export function remainingSeconds(sent: number, size: number, tookMs: number): number | undefined {
  if (tookMs < 2_000 || sent <= 0) return undefined
  return Math.ceil(((size - sent) * tookMs) / sent / 1_000)
}
