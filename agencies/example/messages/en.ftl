### English: all that a text of the fleet says. One sentence per message; names and numbers come in as placeables.

locale = en_US
date-pattern = EEEE, MMMM d
date-pattern-year = EEEE, MMMM d, yyyy
time-pattern = h:mm a

## What happened. Only "reported" is ever said without a person's approval.

incident-reported = { $offence_start } reported { $where }, { $when }.
incident-wanted = Police are looking for a person in connection with a report of { $offence } { $where }, { $when }.
incident-identify = Police want to identify a person in connection with a report of { $offence } { $where }, { $when }.
incident-arrested = Police made an arrest in connection with a report of { $offence } { $where }, { $when }.
incident-charged = A person was charged in connection with a report of { $offence } { $where }, { $when }.
incident-convicted = A person was convicted in connection with a report of { $offence } { $where }, { $when }.
presumption = Everyone is presumed innocent unless proven guilty in court.

## When

when-at = on { $date }, at { $time }
when-about = on { $date }, at about { $time }
when-between = on { $date }, between { $time } and { $end_time }
when-about-between = on { $date }, between about { $time } and { $end_time }
when-days = between { $date }, { $time }, and { $end_date }, { $end_time }
when-about-days = between about { $date }, { $time }, and { $end_date }, { $end_time }
time-about = about { $time }

# A sheltered offense: no nearer than the part of the day.
when-part = on { $date }, { $part }
day-part-night = in the night
day-part-morning = in the morning
day-part-afternoon = in the afternoon
day-part-evening = in the evening

## Where

where-station = at { $station }
where-station-lines = at { $station } on { $lines }
where-train-station = on { $train } at { $station }
where-train = on { $train }
where-lines = on { $lines }
with-direction = { $train } ({ $direction })
with-area = { $where }, { $area }
line-train = the { $symbol } train
line-one = the { $symbol } line
line-many = the { $list } lines
line-named = the { $name }

# Lines that are not called by their symbol.
line-Red = the Red Line
line-Blue = the Blue Line
line-Green = the Green Line

## Directions, as the agency pack codes them

direction-inbound = inbound
direction-outbound = outbound

## What a rider can do

do-tips = Did you see something? Call the { $bureau } tips line: { $tips }.
do-no-tips = Did you see something? Tell { $bureau }.
do-emergency = In an emergency, call { $emergency }.

## A person, only where somebody approved the exact posts. The word follows from the record's state.

alt-person = Picture of the person that this notice is about.
person-identify = Police want to identify this person.
person-wanted = The person police are looking for is { $name }.
person-arrested = The person arrested is { $name }.
person-charged = The person charged is { $name }.
person-convicted = The person convicted is { $name }.
person-case = Case { $case }.
person-description = Description: { $traits }.
with-tint = { $thing } ({ $tint })

trait-sex-man = a man
trait-sex-woman = a woman
trait-height-short = short
trait-height-tall = tall
trait-build-slim = slim
trait-build-heavy = heavily built
trait-build-muscular = muscular
trait-hair-bald = bald
trait-hair-black = black hair
trait-hair-brown = brown hair
trait-hair-blond = blond hair
trait-hair-red = red hair
trait-hair-grey = gray hair
trait-hair-long = long hair
trait-hair-braids = braids
trait-top-jacket = a jacket
trait-top-coat = a coat
trait-top-hoodie = a hooded sweatshirt
trait-top-shirt = a shirt
trait-top-t-shirt = a T-shirt
trait-bottom-jeans = jeans
trait-bottom-trousers = pants
trait-bottom-shorts = shorts
trait-bottom-skirt = a skirt
trait-headwear-cap = a cap
trait-headwear-hat = a hat
trait-headwear-helmet = a helmet
trait-headwear-mask = a face mask
trait-carried-backpack = a backpack
trait-carried-bag = a bag
trait-carried-bicycle = a bicycle
trait-carried-scooter = a scooter
trait-marks-beard = a beard
trait-marks-glasses = glasses
trait-marks-scar-face = a scar on the face
trait-marks-tattoo-arm = a tattoo on an arm
trait-marks-tattoo-face = a tattoo on the face
trait-marks-tattoo-neck = a tattoo on the neck
trait-race-asian = Asian
trait-race-black = Black
trait-race-hispanic = Hispanic
trait-race-white = white
trait-tint-black = black
trait-tint-blue = blue
trait-tint-brown = brown
trait-tint-green = green
trait-tint-grey = gray
trait-tint-red = red
trait-tint-white = white
trait-tint-yellow = yellow

# Words that accuse, each with the states of a record in which they are true; "never" is no state. The lint holds a
# text that says one in another state.
claims =
    .accused = charged
    .arrest = arrested charged convicted
    .arrested = arrested charged convicted
    .caught = arrested charged convicted
    .charged = charged convicted
    .convicted = convicted
    .convict = never
    .criminal = never
    .criminals = never
    .culprit = never
    .fugitive = never
    .gang = never
    .guilty = never
    .homeless = never
    .indicted = charged
    .killer = never
    .molester = never
    .murderer = never
    .offender = never
    .parole = never
    .parolee = never
    .perp = never
    .perpetrator = never
    .perpetrators = never
    .predator = never
    .rapist = never
    .robber = never
    .robbers = never
    .sentenced = convicted
    .suspect = never
    .suspects = never
    .thief = never
    .thieves = never
    .thug = never
    .wanted = wanted

## After the first notice

correction = Correction of our earlier notice:
taken-down = Correction: our notice with this reference was wrong, and we take it back. Please do not rely on it.
withdrawn = We withdraw our notice with this reference. It no longer stands.
withdrawn-person = What we said of a person under this reference is withdrawn. The rest of the notice stands.
all-clear = All clear. What this notice was about is over:

## The transit agency's own alerts, quoted

service-says = { $agency }: { $text }
service-notice = { $agency } has a notice about { $lines }.
service-original = { $agency } has a notice about { $lines }. The original is in { $language }:
service-about = { $agency }: { $what } on { $lines }.
service-stations = Stations named: { $stations }.
service-stations-many = Stations named: { $count }.
service-begins = Begins { $when }.
service-ends = Ends { $when }.
service-original-in = The original is in { $language }:
service-as-of = As of { $time }.
service-upcoming = Upcoming.
service-reminder = Begins now, as announced.
service-see = See also notice { $reference }.

# Signs of the agency's own that stand in brackets in its words, as they are written here and as a voice says them.
alert-signs =
    .accessibility-icon = ♿
    .shuttle-bus-icon = 🚌
    .bus-icon = 🚌
    .airplane-icon = ✈️
alert-signs-spoken =
    .accessibility-icon = wheelchair accessible
    .shuttle-bus-icon = shuttle bus
    .bus-icon = bus
    .airplane-icon = airport

# What an alert is, for readers of a language in which the agency says nothing. By its own word for it.
alert-type-delays = delays
alert-type-suspended = no trains
alert-type-planned-work = planned work
alert-type-station-notice = a station notice
alert-type-boarding-change = a boarding change

## Digest

digest-heading = { $line_start }, { $date }: { $count ->
    [one] 1 report to police.
   *[other] { $count } reports to police.
}
digest-item = { $offence_start } { $where }, { $time } (ref { $reference }).

## Pattern: counts of like reports, and no verdict on the line

pattern = { $count } reports to police that are alike ({ $offence }) { $where } on { $line }, from { $first_date } to { $last_date }. They may belong together.
pattern-at = at { $stations }
pattern-between = between { $first } and { $last }
pattern-riders = About { $riders } people ride { $line } on an ordinary day.

## What other systems are handed of a notice whose words are for riders alone

feed-bare = { $bureau } has published a notice about { $lines }.

## What closes a part

mark = Ref { $reference }
mark-update = Ref { $reference }, update { $update }
mark-part = { $mark } ({ $part }/{ $total })
mark-part-spoken = { $mark }, part { $part } of { $total }

## How it is said aloud: abbreviations in full, "…-first" where one opens a name.

spoken-words =
    .Ref = Reference
    .ref = reference
    .St = Street
    .St-first = Saint
    .Av = Avenue
    .Blvd = Boulevard
    .Pl = Place
    .Rd = Road
    .Sq = Square

# Only inside a station's name: elsewhere these letters are lines.
spoken-names =
    .E-first = East
    .W-first = West

## Pages

page-index-title = { $bureau }, line by line
page-index-intro = Every line has its own handle. It says what { $bureau } reports on that line, and passes on { $agency }’s service notices.
page-line-intro = What { $bureau } reports on { $line }, and { $agency }’s service notices.
page-post-title = Notice { $reference }
page-unwatched = This account is not monitored around the clock. For emergencies call { $emergency }.
page-unwatched-all = These accounts are not monitored around the clock. For emergencies call { $emergency }.
page-demonstration = Demonstration. Not the police.
page-draft = Draft wording: nobody has signed the texts in { $languages } yet.
page-reposted = reposted from { $handle }
page-permalink = open notice { $reference }
page-when = { $date }, { $time }
page-last-said = Last post:
page-none-yet = No posts yet
page-none-here = No older posts
page-older = Older posts
page-newest = Newest posts
page-updated = The posts on this page have changed.
page-zone = Times are { $zone } time.
page-skip = Skip to the content
page-nav = Pages
page-notice = Notice
page-wording = Wording
page-all-lines = All lines
page-languages = Language
page-lost = Nothing stands here
page-lost-why = A post may have been taken down, or the address may hold a mistake.
page-trouble = This page can’t be shown now
page-trouble-why = The fault is ours. Please try again in a minute.
