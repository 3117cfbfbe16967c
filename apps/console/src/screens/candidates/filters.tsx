import type { InboxStateCount } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { formatCount } from '../../kit/figures.ts'
import { type CandidatesSearch, type OrderName, orders, type StateName, states } from './search.ts'
import { texts } from './texts.ts'

const typedMs = 250

interface Props {
  readonly search: CandidatesSearch
  readonly stateCounts: readonly InboxStateCount[]
}

/** What the list is asked for. All of it stands in the address. */
export function Filters({ search, stateCounts }: Props) {
  const navigate = useNavigate()
  const { order = 'best', q = '' } = search
  const [typed, setTyped] = useState(q)
  useEffect(() => setTyped(q), [q])
  useEffect(() => {
    if (typed === q) return
    const timer = setTimeout(
      () => void navigate({ to: '/candidates', search: { ...search, q: typed || undefined }, replace: true }),
      typedMs,
    )
    return () => clearTimeout(timer)
  }, [typed, q, search, navigate])
  const countOf = (name: StateName) => stateCounts.find((one) => one.state === states[name].state)?.count ?? 0
  return (
    <div className="filters">
      <nav className="tabs" aria-label="States">
        {(Object.keys(states) as StateName[]).map((name) => (
          <Link
            key={name}
            className="tab"
            to="/candidates"
            search={{ ...search, state: name === 'open' ? undefined : name }}
            activeOptions={{ exact: true }}
          >
            {states[name].title} <span className="muted">{formatCount(countOf(name))}</span>
          </Link>
        ))}
      </nav>
      <label className="field filter-search">
        <span className="field-label">{texts.search}</span>
        <input
          type="search"
          className="input"
          maxLength={256}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
      <label className="field">
        <span className="field-label">{texts.order}</span>
        <select
          className="input"
          value={order}
          onChange={({ target }) =>
            void navigate({
              to: '/candidates',
              search: { ...search, order: target.value === 'best' ? undefined : (target.value as OrderName) },
              replace: true,
            })
          }
        >
          {(Object.keys(orders) as OrderName[]).map((name) => (
            <option key={name} value={name}>
              {orders[name].title}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
