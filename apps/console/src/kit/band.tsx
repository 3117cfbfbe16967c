import { type Band as BandName, bandOf } from './figures.ts'
import { DottedSquare, EmptySquare, FullSquare, HalfSquare } from './icons.tsx'

const shapes: Readonly<Record<BandName, () => React.ReactNode>> = {
  most: FullSquare,
  many: HalfSquare,
  few: EmptySquare,
  none: DottedSquare,
}
const words: Readonly<Record<BandName, string>> = { most: 'most', many: 'many', few: 'few', none: 'no data' }

/** How much a share is, by shape and word: most, many, few, or no data. */
export function Band({ share }: { readonly share: number | undefined }) {
  const band = bandOf(share)
  const Shape = shapes[band]
  return (
    <span className="band" data-band={band}>
      <Shape />
      {words[band]}
    </span>
  )
}
