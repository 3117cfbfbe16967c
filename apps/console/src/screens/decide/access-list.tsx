import {
  type ReviewedEntitlement,
  type ReviewItem,
  ReviewItemCondition,
} from '@assay/contracts/assay/review/v1/review_pb'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { Key } from '../../kit/icons.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { entitlementKey } from '../candidate/search.ts'
import { inOrder } from './in-order.ts'
import { useGaining } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly item: ReviewItem
  /** Keys of the left-out entitlements; undefined when the reviewer does not answer for each entitlement. */
  readonly leftOut: readonly string[] | undefined
  readonly onLeftOut: (keys: readonly string[]) => void
}

const firstShown = 8

/** The entitlements of the item, and for whom each is new; with check boxes for the answer "some of it". */
export function AccessList({ item, leftOut, onLeftOut }: Props) {
  const [isWhole, showWhole] = useState(false)
  const all = inOrder(item.candidate?.entitlements ?? [])
  const shown = isWhole || leftOut !== undefined ? all : all.slice(0, firstShown)
  const toggle = (key: string, isKept: boolean) =>
    onLeftOut(isKept ? (leftOut ?? []).filter((one) => one !== key) : [...(leftOut ?? []), key])
  return (
    <section aria-label={texts.access} className="stack">
      <h2>{texts.access}</h2>
      {leftOut !== undefined && <p>{texts.untick}</p>}
      <ul className="decide-list">
        {shown.map((one) => {
          const key = entitlementKey(one)
          return (
            <li key={key} className="decide-thing">
              {leftOut === undefined ? (
                <Thing one={one} />
              ) : (
                <label className="choice">
                  <input
                    type="checkbox"
                    checked={!leftOut.includes(key)}
                    onChange={({ target }) => toggle(key, target.checked)}
                  />
                  <Thing one={one} />
                </label>
              )}
              <Gaining item={item} one={one} />
            </li>
          )
        })}
      </ul>
      {shown.length < all.length && (
        <p>
          <button type="button" className="button" onClick={() => showWhole(true)}>
            {texts.showAll(formatCount(all.length))}
          </button>
        </p>
      )}
    </section>
  )
}

function Thing({ one }: { readonly one: ReviewedEntitlement }) {
  return (
    <span>
      <bdi>{one.displayName || one.entitlementId}</bdi>{' '}
      {one.privileged && (
        <span className="risky nowrap">
          <Key /> {texts.privileged}
        </span>
      )}
      <span className="small muted block">
        <bdi>{one.applicationDisplayName || one.applicationId}</bdi>
        {one.gainCount === 0 && `, ${texts.everybodyHas}`}
      </span>
    </span>
  )
}

/** The number of people for whom the entitlement is new; their names are loaded when the reviewer opens the list. */
function Gaining({ item, one }: { readonly item: ReviewItem; readonly one: ReviewedEntitlement }) {
  const [isOpen, setOpen] = useState(false)
  // A decided item shows its state at the decision, which has no names of people. A candidate that is gone has no people.
  const isKnown = item.decision === undefined && item.condition !== ReviewItemCondition.GONE
  const { data, error, isPending, refetch } = useGaining(item, one, isOpen && isKnown)
  if (one.gainCount === 0) return null
  const words = texts.newFor(formatCount(one.gainCount))
  if (!isKnown) return <p className="small">{words}</p>
  const more = (data?.totalSize ?? 0) - (data?.cells.length ?? 0)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span className="gain">{words}</span> <span className="muted">{texts.who}</span>
        <span className="for-readers"> {one.displayName}</span>
      </summary>
      {isOpen && isPending && <p aria-busy>{texts.reading}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="decide-people">
        {data?.cells.map(({ identityId, identityDisplayName }) => (
          <li key={identityId}>
            <bdi>{identityDisplayName || identityId}</bdi>
          </li>
        ))}
        {more > 0 && <li className="muted">{kitTexts.andMore(formatCount(more))}</li>}
      </ul>
    </details>
  )
}
