import type { MatrixWindow } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { sizeWords } from '../../kit/count-texts.ts'
import { formatShare } from '../../kit/figures.ts'
import { useMay } from '../../shell/rights.ts'
import { keepMarked } from './keep-rectangle.ts'
import type { Show } from './look.ts'
import { markedOf } from './marked.ts'
import type { Chunk, Rectangle } from './sheets.ts'
import { texts } from './texts.ts'

interface Props {
  readonly window: MatrixWindow | undefined
  readonly chunk: Chunk
  readonly show: Show
  readonly marked: Rectangle
  readonly onUnmark: () => void
}

/** The content of a marked rectangle, and the actions on it. */
export function MarkBar({ window, chunk, show, marked, onUnmark }: Props) {
  const navigate = useNavigate()
  const mayDecide = useMay('decide')
  const found = window && markedOf(window, chunk, show, marked)
  const keep = async () => {
    if (found === undefined) return
    const id = await keepMarked(found)
    if (id !== undefined) void navigate({ to: '/drafts/$id', params: { id }, search: {} })
  }
  return (
    <section className="bottom-bar" aria-label={texts.marked}>
      <span role="status">
        {found === undefined
          ? texts.outsideFetched
          : texts.cellsHeld(
              sizeWords(found.people.length, found.entitlements.length),
              formatShare(found.held, found.people.length * found.entitlements.length),
            )}
      </span>
      {mayDecide ? (
        <Button className="button" data-kind="accent" isDisabled={found === undefined} onPress={() => void keep()}>
          {texts.keep}
        </Button>
      ) : (
        <span className="muted">{texts.mayNot}</span>
      )}
      <Button className="button" onPress={onUnmark}>
        {texts.unmark}
      </Button>
    </section>
  )
}
