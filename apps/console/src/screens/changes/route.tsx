import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../../shell/page-title.tsx'
import { useSession } from '../../shell/rights.ts'
import { DriftTab } from './drift-tab.tsx'
import { HealthTab } from './health-tab.tsx'
import { LoadsTab } from './loads-tab.tsx'
import { RunsTab } from './runs-tab.tsx'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/changes')

/** The changes: of the data from load to load, of the candidates from run to run, and of the profiles from the data. */
export function Changes() {
  const search = route.useSearch()
  const isBounded = useSession()?.isBounded ?? false
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <nav className="tabs" aria-label={texts.tabs}>
        <Link className="tab" to="/changes" search={{}} activeOptions={{ exact: true }}>
          {texts.loads}
        </Link>
        <Link
          className="tab"
          to="/changes"
          search={{ tab: 'runs' }}
          activeOptions={{ exact: false, includeSearch: true }}
        >
          {texts.runs}
        </Link>
        <Link className="tab" to="/changes" search={{ tab: 'health' }} activeOptions={{ exact: true }}>
          {texts.health}
        </Link>
        <Link className="tab" to="/changes" search={{ tab: 'drift' }} activeOptions={{ exact: true }}>
          {texts.drift}
        </Link>
      </nav>
      {isBounded && <p className="small muted">{texts.bounded}</p>}
      {search.tab === undefined && <LoadsTab />}
      {search.tab === 'runs' && <RunsTab search={search} />}
      {search.tab === 'health' && <HealthTab />}
      {search.tab === 'drift' && <DriftTab />}
    </>
  )
}
