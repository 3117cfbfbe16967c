import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../../shell/page-title.tsx'
import { Ranking } from '../explore/ranking.tsx'
import { BreachesTab } from './breaches-tab.tsx'
import { LayersTab } from './layers-tab.tsx'
import { type TabName, tabs } from './search.ts'
import { tabNames, texts } from './texts.ts'

const route = getRouteApi('/inside/coverage')

/** The grants that profiles and candidates explain, the residual with its reasons, and the breaches of policies. */
export function Coverage() {
  const search = route.useSearch()
  const tab: TabName = search.tab ?? 'layers'
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <nav className="tabs" aria-label={texts.tabs}>
        {tabs.map((name) => (
          <Link
            key={name}
            className="tab"
            to="/coverage"
            search={name === 'layers' ? {} : { tab: name }}
            data-selected={name === tab ? '' : undefined}
            activeOptions={{ exact: true }}
          >
            {tabNames[name]}
          </Link>
        ))}
      </nav>
      {tab === 'layers' && <LayersTab search={search} />}
      {tab === 'attributes' && <Ranking of={undefined} />}
      {tab === 'breaches' && <BreachesTab />}
    </>
  )
}
