import type { RoleBlock } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { sizeWords } from '../../kit/count-texts.ts'
import { formatShare } from '../../kit/figures.ts'
import { ShareBar } from '../../kit/share-bar.tsx'
import type { Place } from './look.ts'
import { texts } from './texts.ts'

interface Props {
  readonly blocks: readonly RoleBlock[]
  /** Moves the matrix to a block; undefined when no matrix is shown. */
  readonly onGo?: ((place: Place) => void) | undefined
}

/** The matrix shows further roles by their letters. */
const mostListed = 50

/** The roles of the matrix by their letters. On a narrow page this list replaces the matrix. */
export function BlockList({ blocks, onGo }: Props) {
  if (blocks.length === 0) return <p className="muted">{texts.noBlocks}</p>
  return (
    <ul className="block-list" aria-label={texts.blocks}>
      {blocks.slice(0, mostListed).map((block, place) => (
        <Block key={block.letter} block={block} colour={place % 5} onGo={onGo} />
      ))}
      {blocks.length > mostListed && <li className="muted">{texts.smallerRoles(blocks.length - mostListed)}</li>}
    </ul>
  )
}

interface BlockProps extends Pick<Props, 'onGo'> {
  readonly block: RoleBlock
  readonly colour: number
}

function Block({ block, colour, onGo }: BlockProps) {
  const { letter, peopleCount, entitlementCount, assignedCount, byGroupCount, rowStart, columnStart } = block
  const cells = peopleCount * entitlementCount
  const held = Number(assignedCount + byGroupCount)
  return (
    <li className="block-entry">
      <span className="block-letter" data-colour={colour}>
        {letter}
      </span>
      <span className="block-words">
        <BlockName block={block} />
        <span className="small muted">
          {texts.blockHolds(sizeWords(peopleCount, entitlementCount), formatShare(held, cells))}
        </span>
        <ShareBar share={held / cells} />
      </span>
      {onGo && (
        <Button
          className="button"
          data-kind="plain"
          aria-label={`${texts.goThere}: ${letter}`}
          onPress={() => onGo({ row: rowStart, column: columnStart })}
        >
          {texts.goThere}
        </Button>
      )}
    </li>
  )
}

function BlockName({ block: { displayName, source } }: { readonly block: RoleBlock }) {
  const name = <bdi>{displayName}</bdi>
  if (source.case === 'suggestionId')
    return (
      <Link to="/candidates/$id" params={{ id: source.value }} search={{}}>
        {name}
      </Link>
    )
  if (source.case === 'accessProfileId')
    return (
      <Link to="/access-profiles/$id" params={{ id: source.value }}>
        {name}
      </Link>
    )
  return <span>{name}</span>
}
