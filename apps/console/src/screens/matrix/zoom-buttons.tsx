import { Button } from 'react-aria-components'
import type { Sheet } from './sheets.ts'
import { sheetWords, texts } from './texts.ts'

interface Props {
  readonly sheets: readonly Sheet[]
  readonly zoom: number
  readonly onZoom: (zoom: number) => void
}

/** Buttons from tiles to large cells; the text says which rows are shown. */
export function ZoomButtons({ sheets, zoom, onZoom }: Props) {
  const sheet = sheets[zoom]
  return (
    <fieldset className="choices row" aria-label={texts.zoom}>
      <Button className="button" isDisabled={zoom === 0} onPress={() => onZoom(zoom - 1)}>
        {texts.wider}
      </Button>
      <Button className="button" isDisabled={zoom === sheets.length - 1} onPress={() => onZoom(zoom + 1)}>
        {texts.closer}
      </Button>
      <span className="small muted" role="status">
        {sheet && sheetWords(sheet)}
      </span>
    </fieldset>
  )
}
