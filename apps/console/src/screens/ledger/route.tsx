import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../../shell/page-title.tsx'
import { useSession } from '../../shell/rights.ts'
import { CheckTab } from './check-tab.tsx'
import { EntriesTab } from './entries-tab.tsx'
import { InForceTab } from './in-force-tab.tsx'
import { tabs } from './search.ts'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/ledger')

/** The ledger: its entries, the state in force at a day, and the verification of the chain. */
export function Ledger() {
  const search = route.useSearch()
  const { tab = 'entries' } = search
  const session = useSession()
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      {session?.isBounded === true ? (
        <p>{texts.bounded}</p>
      ) : (
        <>
          <nav className="tabs" aria-label={texts.tabs}>
            {tabs.map((name) => (
              <Link
                key={name}
                className="tab"
                to="/ledger"
                search={{ ...search, tab: name === 'entries' ? undefined : name }}
                activeOptions={{ exact: true }}
              >
                {texts.tabNames[name]}
              </Link>
            ))}
          </nav>
          {tab === 'entries' && <EntriesTab search={search} />}
          {tab === 'in-force' && <InForceTab search={search} />}
          {tab === 'check' && <CheckTab />}
        </>
      )}
    </>
  )
}
