import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useSession } from '../../shell/rights.ts'
import { FirstSteps } from '../data/first-steps.tsx'
import { AnalysisCard } from './analysis-card.tsx'
import { CandidatesCard } from './candidates-card.tsx'
import { DataCard } from './data-card.tsx'
import { FindingsCard } from './findings-card.tsx'
import { MyDecisionsCard } from './my-decisions-card.tsx'
import { isNotYet, useReadiness } from './queries.ts'
import { startSentence, texts } from './texts.ts'
import { WorkCard } from './work-card.tsx'

/** The start page: the loaded data, their findings, and open work. */
export function Start() {
  const session = useSession()
  return session?.isBounded === true ? <BoundedStart /> : <WholeStart />
}

/** The start page of a bounded reader, without the parts about all people. */
function BoundedStart() {
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <p>{texts.boundedSees}</p>
      <div className="cards">
        <MyDecisionsCard />
        <CandidatesCard />
      </div>
    </>
  )
}

function WholeStart() {
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
          {(readiness.error === null || readiness.data !== undefined) && (
            <Sentence>{startSentence(readiness.data)}</Sentence>
          )}
          <div className="cards">
            <MyDecisionsCard />
            <WorkCard />
            <CandidatesCard />
            <DataCard readiness={readiness} />
            <AnalysisCard />
            {(readiness.error === null || readiness.data !== undefined) && (
              <FindingsCard findings={readiness.data?.findings} />
            )}
          </div>
        </>
      )}
    </>
  )
}
