import type { LoadFault } from '@assay/contracts/assay/source/v1/source_pb'
import { groupFaults, placeOf } from './fault-groups.ts'
import { texts } from './texts.ts'

/** Faults by cause, each with its first place and what to do. */
export function FaultList({ faults, count }: { readonly faults: readonly LoadFault[]; readonly count: number }) {
  if (count === 0) return null
  return (
    <div className="stack-tight">
      <h3>{texts.faults(count)}</h3>
      <ul className="stack">
        {groupFaults(faults).map(({ cause, count: alike, first }) => (
          <li key={`${first.column} ${cause}`}>
            {alike > 1 && `${texts.alike(alike)} `}
            <bdi>{placeOf(first)}</bdi>: <bdi>{first.reason}</bdi>
          </li>
        ))}
      </ul>
      {count > faults.length && <p className="small muted">{texts.notListed(count - faults.length)}</p>}
    </div>
  )
}
