"""What domains supply to the lists of firms that stand below them; whoever runs the product calls it first.

The site, a worker and a command read the same addresses of lists: a process that did not know a filter would take
the address for a longer list than its page shows. Reading one without registrations therefore fails at once.
"""

from app.checks import lists as checks
from app.commissioners import limits as commissioners
from app.documents import kinds as documents
from app.duties.overdue import DUTY, duties
from app.duties.resting import duties_resting_on
from app.duties.service import follow_provision as enter_duty
from app.facts import exports as figures  # noqa: F401 - the figures of a list of firms as a file
from app.facts import lists as facts
from app.facts import merging as facts_merging
from app.facts import record_exports
from app.firms.lists import columns
from app.firms.search import own
from app.forecasts import work as forecasting  # noqa: F401 - and the job of forecasts
from app.imports import work  # noqa: F401 - the jobs of imports are known once this is read
from app.library import decided, resting
from app.library import work as library  # noqa: F401 - and the job that takes plans in
from app.library.models import ProvisionKind
from app.needs.calls.reminding import asking
from app.needs.matching.overdue import REFERRAL, referrals
from app.notices import digest, overdue, sources
from app.notices import lists as notices
from app.plans import work as planning  # noqa: F401 - and the job of drafts
from app.plans.document import PLAN
from app.plans.overdue import MEASURE, measures
from app.plans.resting import measures_resting_on
from app.reports.todo import waiting_counts
from app.targets.resting import targets_resting_on
from app.targets.service import follow_provision as follow_target
from app.titles import exports as certificates  # noqa: F401 - and their certificates
from app.titles import lists as titles
from app.titles import merging as titles_merging
from app.visits.document import VISIT
from app.visits.overdue import PROMISE, promises
from app.workbench import previewing, proving  # noqa: F401 - and the jobs that preview drafts and measure cases


def register_all() -> None:
    """Fill the place of every filter, column and ledger; again and again changes nothing."""
    own.register_own()
    columns.register_own()
    facts.register()
    record_exports.register_collections()
    titles.register()
    checks.register()
    commissioners.register()
    notices.register()
    sources.register("calls", asking)
    digest.register(waiting_counts)
    for sort, find in ((MEASURE, measures), (PROMISE, promises), (REFERRAL, referrals), (DUTY, duties)):
        overdue.register(sort, find)
    for kind in (PLAN, VISIT):
        documents.register(kind)
    facts_merging.register()
    titles_merging.register()
    decided.register(ProvisionKind.TARGET, "targets", follow_target)
    decided.register(ProvisionKind.DUTY, "duties", enter_duty)
    resting.register("targets", targets_resting_on)
    resting.register("duties", duties_resting_on)
    resting.register("measures", measures_resting_on)
