### Spanish (United States): all that a text of the fleet says. One sentence per message; names and numbers come in as placeables.

locale = es_US
date-pattern = EEEE d 'de' MMMM
date-pattern-year = EEEE d 'de' MMMM 'de' yyyy
time-pattern = h:mm a

## What happened. Only "reported" is ever said without a person's approval.

incident-reported = Reporte de { $offence } { $where }, { $when }.
incident-wanted = La policía busca a una persona en relación con un reporte de { $offence } { $where }, { $when }.
incident-identify = La policía quiere identificar a una persona en relación con un reporte de { $offence } { $where }, { $when }.
incident-arrested = La policía hizo un arresto en relación con un reporte de { $offence } { $where }, { $when }.
incident-charged = Se presentaron cargos contra una persona en relación con un reporte de { $offence } { $where }, { $when }.
incident-convicted = Una persona fue condenada en relación con un reporte de { $offence } { $where }, { $when }.
presumption = Toda persona se presume inocente mientras no se demuestre su culpabilidad ante un tribunal.

## When: the article goes with the hour (la 1, las 2).

when-at = el { $date }, { $hour ->
    [1] a la
   *[other] a las
} { $time }
when-about = el { $date }, hacia { $hour ->
    [1] la
   *[other] las
} { $time }
when-between = el { $date }, entre { $hour ->
    [1] la
   *[other] las
} { $time } y { $end_hour ->
    [1] la
   *[other] las
} { $end_time }
when-about-between = el { $date }, aproximadamente entre { $hour ->
    [1] la
   *[other] las
} { $time } y { $end_hour ->
    [1] la
   *[other] las
} { $end_time }
when-days = entre el { $date }, { $time }, y el { $end_date }, { $end_time }
when-about-days = aproximadamente entre el { $date }, { $time }, y el { $end_date }, { $end_time }
time-about = hacia { $hour ->
    [1] la
   *[other] las
} { $time }

# A sheltered offense: no nearer than the part of the day.
when-part = el { $date }, { $part }
day-part-night = de madrugada
day-part-morning = por la mañana
day-part-afternoon = por la tarde
day-part-evening = por la noche

## Where

where-station = en la estación { $station }
where-station-lines = en la estación { $station } de { $lines }
where-train-station = en { $train } en la estación { $station }
where-train = en { $train }
where-lines = en { $lines }
with-direction = { $train } ({ $direction })
with-area = { $where }, { $area }
line-train = el tren { $symbol }
line-one = la línea { $symbol }
line-many = las líneas { $list }
line-named = la línea { $name }

# Lines that are not called by their symbol.
line-Red = la línea Roja
line-Blue = la línea Azul
line-Green = la línea Verde

## Directions, as the agency pack codes them

direction-inbound = hacia el centro
direction-outbound = desde el centro

## What a rider can do

do-tips = ¿Vio algo? Llame a { $bureau }: { $tips }.
do-no-tips = ¿Vio algo? Avise a { $bureau }.
do-emergency = En una emergencia, llame al { $emergency }.

## A person, only where somebody approved the exact posts. The word follows from the record's state.

alt-person = Imagen de la persona de la que trata este aviso.
person-identify = La policía quiere identificar a esta persona.
person-wanted = La persona buscada es { $name }.
person-arrested = La persona arrestada es { $name }.
person-charged = La persona con cargos es { $name }.
person-convicted = La persona condenada es { $name }.
person-case = Caso { $case }.
person-description = Descripción: { $traits }.
with-tint = { $thing } (color { $tint })

trait-sex-man = hombre
trait-sex-woman = mujer
trait-height-short = baja estatura
trait-height-tall = alta estatura
trait-build-slim = complexión delgada
trait-build-heavy = complexión robusta
trait-build-muscular = complexión musculosa
trait-hair-bald = cabeza calva
trait-hair-black = pelo negro
trait-hair-brown = pelo castaño
trait-hair-blond = pelo rubio
trait-hair-red = pelo rojizo
trait-hair-grey = pelo canoso
trait-hair-long = pelo largo
trait-hair-braids = trenzas
trait-top-jacket = chaqueta
trait-top-coat = abrigo
trait-top-hoodie = sudadera con capucha
trait-top-shirt = camisa
trait-top-t-shirt = camiseta
trait-bottom-jeans = vaqueros
trait-bottom-trousers = pantalones
trait-bottom-shorts = pantalones cortos
trait-bottom-skirt = falda
trait-headwear-cap = gorra
trait-headwear-hat = sombrero
trait-headwear-helmet = casco
trait-headwear-mask = mascarilla
trait-carried-backpack = mochila
trait-carried-bag = bolso
trait-carried-bicycle = bicicleta
trait-carried-scooter = patinete
trait-marks-beard = barba
trait-marks-glasses = gafas
trait-marks-scar-face = cicatriz en la cara
trait-marks-tattoo-arm = tatuaje en un brazo
trait-marks-tattoo-face = tatuaje en la cara
trait-marks-tattoo-neck = tatuaje en el cuello
trait-race-asian = persona asiática
trait-race-black = persona negra
trait-race-hispanic = persona hispana
trait-race-white = persona blanca
trait-tint-black = negro
trait-tint-blue = azul
trait-tint-brown = marrón
trait-tint-green = verde
trait-tint-grey = gris
trait-tint-red = rojo
trait-tint-white = blanco
trait-tint-yellow = amarillo

# Words that accuse, without accents, each with the states of a record in which they are true; "never" is no state.
claims =
    .acusada = charged
    .acusado = charged
    .arrestada = arrested charged convicted
    .arrestado = arrested charged convicted
    .arresto = arrested charged convicted
    .asesina = never
    .asesino = never
    .atracador = never
    .autor = never
    .autores = never
    .cargos = charged convicted
    .condenada = convicted
    .condenado = convicted
    .criminal = never
    .criminales = never
    .culpable = never
    .culpables = never
    .delincuente = never
    .delincuentes = never
    .fugitivo = never
    .imputado = charged
    .ladron = never
    .ladrones = never
    .pandilla = never
    .pandillero = never
    .perpetrador = never
    .sospechosa = never
    .sospechoso = never
    .sospechosos = never
    .violador = never

## After the first notice

correction = Corrección de nuestro aviso anterior:
taken-down = Corrección: nuestro aviso con esta referencia era erróneo y lo retiramos. Por favor, no lo tenga en cuenta.
withdrawn = Retiramos nuestro aviso con esta referencia. Ya no es válido.
withdrawn-person = Retiramos lo que dijimos de una persona con esta referencia. El resto del aviso sigue vigente.
all-clear = Fin del aviso. La situación siguiente ha terminado:

## The transit agency's own alerts, quoted

service-says = { $agency }: { $text }
service-notice = { $agency } tiene un aviso sobre { $lines }.
service-original = { $agency } tiene un aviso sobre { $lines }. El original está en { $language }:
service-about = { $agency }: { $what } en { $lines }.
service-stations = Estaciones que nombra: { $stations }.
service-stations-many = Estaciones que nombra: { $count }.
service-begins = Empieza { $when }.
service-ends = Termina { $when }.
service-original-in = El original está en { $language }:
service-as-of = { $hour ->
    [1] Según lo que se sabía a la { $time }.
   *[other] Según lo que se sabía a las { $time }.
}
service-upcoming = Próximamente.
service-reminder = Empieza ahora, como se anunció.
service-see = Vea también el aviso { $reference }.

# Signos propios de la agencia, entre corchetes en su texto: como se escriben aquí y como los dice una voz.
alert-signs =
    .accessibility-icon = ♿
    .shuttle-bus-icon = 🚌
    .bus-icon = 🚌
    .airplane-icon = ✈️
alert-signs-spoken =
    .accessibility-icon = accesible en silla de ruedas
    .shuttle-bus-icon = autobús
    .bus-icon = autobús
    .airplane-icon = aeropuerto

# Qué es un aviso, para quien lee un idioma en el que la agencia no dice nada.
alert-type-delays = demoras
alert-type-suspended = sin trenes
alert-type-planned-work = obras programadas
alert-type-station-notice = un aviso de estación
alert-type-boarding-change = un cambio de andén o de acceso

## Digest

digest-heading = { $line_start }, { $date }: { $count ->
    [one] 1 reporte a la policía.
   *[other] { $count } reportes a la policía.
}
digest-item = { $offence_start } { $where }, { $time } (referencia { $reference }).

## Serie: número de reportes parecidos, sin juicio sobre la línea

pattern = { $count } reportes a la policía que se parecen ({ $offence }) { $where }, en { $line }, entre el { $first_date } y el { $last_date }. Puede que tengan relación.
pattern-at = en { $stations }
pattern-between = entre { $first } y { $last }
pattern-riders = Unas { $riders } personas usan { $line } en un día normal.

## What other systems are handed of a notice whose words are for riders alone

feed-bare = { $bureau } publicó un aviso sobre { $lines }.

## What closes a part

mark = Referencia { $reference }
mark-update = Referencia { $reference }, actualización { $update }
mark-part = { $mark } ({ $part }/{ $total })
mark-part-spoken = { $mark }, parte { $part } de { $total }

## How it is said aloud. Streets keep their names: a rider looks for the name on the sign.

spoken-words =
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

page-index-title = { $bureau }, línea por línea
page-index-intro = Cada línea tiene su propia cuenta. Dice lo que { $bureau } informa sobre esa línea y transmite los avisos de servicio de { $agency }.
page-line-intro = Lo que { $bureau } informa sobre { $line } y los avisos de servicio de { $agency }.
page-post-title = Aviso { $reference }
page-unwatched = Esta cuenta no se atiende las 24 horas. En caso de emergencia, llame al { $emergency }.
page-unwatched-all = Estas cuentas no se atienden las 24 horas. En caso de emergencia, llame al { $emergency }.
page-demonstration = Demostración. No es la policía.
page-draft = Redacción provisional: nadie ha firmado todavía los textos en { $languages }.
page-reposted = republicado de { $handle }
page-permalink = abrir el aviso { $reference }
page-when = { $date }, { $time }
page-last-said = Última publicación:
page-none-yet = Aún no hay publicaciones
page-none-here = No hay publicaciones anteriores
page-older = Publicaciones anteriores
page-newest = Publicaciones más recientes
page-updated = Las publicaciones de esta página han cambiado.
page-zone = Las horas son las de { $zone }.
page-skip = Ir al contenido
page-nav = Páginas
page-notice = Nota
page-wording = Redacción
page-all-lines = Todas las líneas
page-languages = Idioma
page-lost = Aquí no hay nada
page-lost-why = Puede que una publicación se haya retirado o que la dirección tenga un error.
page-trouble = Esta página no se puede mostrar ahora
page-trouble-why = El fallo es nuestro. Vuelva a intentarlo en un minuto.
