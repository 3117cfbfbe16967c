import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { FirstSteps } from '../data/first-steps.tsx'
import { AnalysisCard } from './analysis-card.tsx'
import { CandidatesCard } from './candidates-card.tsx'
import { DataCard } from './data-card.tsx'
import { FindingsCard } from './findings-card.tsx'
import { isNotYet, useReadiness } from './queries.ts'
import { startSentence } from './start-sentence.ts'
import { texts } from './texts.ts'
import { WorkCard } from './work-card.tsx'

/** What is loaded, what was found in it, and what waits. */
export function Start() {
  const readiness = useReadiness()
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      {isNotYet(readiness.error) ? (
        <>
          <WorkCard />
          <FirstSteps />
        </>
      ) : (
        <>
          <Sentence>{startSentence(readiness.data)}</Sentence>
          <div className="cards">
            <WorkCard />
            <CandidatesCard />
            <DataCard readiness={readiness} />
            <AnalysisCard />
            <FindingsCard findings={readiness.data?.findings} />
          </div>
        </>
      )}
    </>
  )
}
