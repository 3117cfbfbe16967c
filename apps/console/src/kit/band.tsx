import { type Band as BandName, bandOf } from './figures.ts'
import { DottedSquare, EmptySquare, FullSquare, HalfSquare } from './icons.tsx'
import { bandNames } from './texts.ts'

const shapes: Readonly<Record<BandName, () => React.ReactNode>> = {
  most: FullSquare,
  many: HalfSquare,
  few: EmptySquare,
  none: DottedSquare,
}

/** Shows a share as a shape and a word: most, many, few, or no data. */
export function Band({ share }: { readonly share: number | undefined }) {
  const band = bandOf(share)
  const Shape = shapes[band]
  return (
    <span className="band" data-band={band}>
      <Shape />
      {bandNames[band]}
    </span>
  )
}
