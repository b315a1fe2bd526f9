"""Where the simulated people live, and names that are common there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A country as the visitor list shows it, with names that are common in it.

    `weight` says how many visitors come from it, compared with the other places. `time_zone` is spelled as the
    vendor does (`GMT +08:00`). `phone` is a pattern in which `#` stands for a digit. `cities` are pairs of
    state and city.
    """

    country: str
    weight: int
    time_zone: str
    language: str
    phone: str
    cities: tuple[tuple[str, str], ...]
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]


def _place(
    *, country: str, weight: int, zone: str, language: str, phone: str, cities: str, given: str, family: str
) -> Place:
    pairs = tuple((state, city) for state, _, city in (item.partition("/") for item in cities.split(", ")))
    return Place(
        country,
        weight,
        f"GMT {zone}",
        language,
        phone,
        pairs,
        tuple(given.split(", ")),
        tuple(family.split(", ")),
    )


PLACES: tuple[Place, ...] = (
    _place(
        country="United States",
        weight=22,
        zone="-05:00",
        language="en-US",
        phone="+1 212 555 01##",
        cities="New York/New York, Massachusetts/Boston, Georgia/Atlanta, Ohio/Columbus, Florida/Miami",
        given="Olivia, James, Emma, Michael, Sophia, David, Ava, Daniel, Grace, Ethan",
        family="Johnson, Williams, Brown, Davis, Miller, Wilson, Carter, Reed, Brooks, Hayes",
    ),
    _place(
        country="United States",
        weight=10,
        zone="-08:00",
        language="en-US",
        phone="+1 415 555 01##",
        cities="California/San Francisco, California/San Diego, Washington/Seattle, Oregon/Portland",
        given="Mia, Noah, Chloe, Lucas, Zoe, Mason, Hannah, Logan",
        family="Nguyen, Garcia, Kim, Martinez, Clark, Lewis, Walker, Young",
    ),
    _place(
        country="Canada",
        weight=8,
        zone="-05:00",
        language="en-CA",
        phone="+1 416 555 01##",
        cities="Ontario/Toronto, Ontario/Ottawa, Quebec/Montreal",
        given="Charlotte, Liam, Amelia, Owen, Maya, Nathan",
        family="Tremblay, MacDonald, Singh, Roy, Campbell, Leblanc",
    ),
    _place(
        country="Brazil",
        weight=6,
        zone="-03:00",
        language="pt-BR",
        phone="+55 11 5550-01##",
        cities="São Paulo/São Paulo, Rio de Janeiro/Rio de Janeiro, Paraná/Curitiba",
        given="Ana, João, Beatriz, Pedro, Larissa, Rafael",
        family="Silva, Souza, Oliveira, Lima, Araújo, Gonçalves",
    ),
    _place(
        country="Mexico",
        weight=4,
        zone="-06:00",
        language="es-MX",
        phone="+52 55 5550 01##",
        cities="Ciudad de México/Mexico City, Jalisco/Guadalajara, Nuevo León/Monterrey",
        given="Sofía, Diego, Valeria, Mateo, Camila, Andrés",
        family="Hernández, López, Ramírez, Torres, Ortega, Núñez",
    ),
    _place(
        country="United Kingdom",
        weight=10,
        zone="+00:00",
        language="en-GB",
        phone="+44 20 7946 0###",
        cities="England/London, England/Manchester, Scotland/Edinburgh, Wales/Cardiff",
        given="Isla, Oliver, Freya, Harry, Poppy, Callum, Imogen, Rhys",
        family="Smith, Taylor, Evans, O'Brien, Hughes, Murray, Bennett, Ellis",
    ),
    _place(
        country="Germany",
        weight=8,
        zone="+01:00",
        language="de-DE",
        phone="+49 30 23125 ###",
        cities="Berlin/Berlin, Bayern/München, Hamburg/Hamburg, Sachsen/Leipzig",
        given="Lena, Jonas, Marie, Felix, Anke, Jürgen, Sabine, Lukas",
        family="Müller, Schmidt, Weber, Becker, Schäfer, Vogel, Krüger, Weiß",
    ),
    _place(
        country="France",
        weight=6,
        zone="+01:00",
        language="fr-FR",
        phone="+33 1 99 00 0# ##",
        cities="Île-de-France/Paris, Auvergne-Rhône-Alpes/Lyon, Occitanie/Toulouse",
        given="Camille, Hugo, Élodie, Louis, Inès, Théo",
        family="Martin, Dubois, Lefèvre, Moreau, Girard, Fontaine",
    ),
    _place(
        country="Poland",
        weight=3,
        zone="+01:00",
        language="pl-PL",
        phone="+48 22 555 01 ##",
        cities="Mazowieckie/Warszawa, Małopolskie/Kraków, Dolnośląskie/Wrocław",
        given="Zofia, Jakub, Agnieszka, Tomasz, Małgorzata, Paweł",
        family="Kowalski, Nowak, Wiśniewska, Zieliński, Dąbrowska, Wójcik",
    ),
    _place(
        country="Israel",
        weight=2,
        zone="+02:00",
        language="he-IL",
        phone="+972 3 555 01##",
        cities="Tel Aviv/Tel Aviv, Haifa/Haifa",
        given="Noa, Avi, Yael, Eitan",
        family="Cohen, Levi, Mizrahi, Friedman",
    ),
    _place(
        country="South Africa",
        weight=3,
        zone="+02:00",
        language="en-ZA",
        phone="+27 11 555 01##",
        cities="Gauteng/Johannesburg, Western Cape/Cape Town",
        given="Thandi, Sipho, Lerato, Pieter",
        family="Dlamini, Botha, Nkosi, van der Merwe",
    ),
    _place(
        country="United Arab Emirates",
        weight=3,
        zone="+04:00",
        language="ar-AE",
        phone="+971 4 555 01##",
        cities="Dubai/Dubai, Abu Dhabi/Abu Dhabi",
        given="Fatima, Omar, Layla, Khalid",
        family="Al Mansoori, Haddad, Rahman, Al Suwaidi",
    ),
    _place(
        country="India",
        weight=9,
        zone="+05:30",
        language="en-IN",
        phone="+91 22 5550 01##",
        cities="Maharashtra/Mumbai, Karnataka/Bengaluru, Delhi/New Delhi, Tamil Nadu/Chennai",
        given="Priya, Arjun, Ananya, Rohan, Kavita, Vikram, Meera, Sanjay",
        family="Sharma, Patel, Reddy, Iyer, Gupta, Nair, Das, Khan",
    ),
    _place(
        country="Singapore",
        weight=3,
        zone="+08:00",
        language="en-SG",
        phone="+65 6550 01##",
        cities="Singapore/Singapore",
        given="Wei Ling, Jun Wei, Hui Min, Darren",
        family="Tan, Lim, Lee, Ng",
    ),
    _place(
        country="China",
        weight=6,
        zone="+08:00",
        language="zh-CN",
        phone="+86 571 5550 01##",
        cities="Zhejiang/Hangzhou, Shanghai/Shanghai, Guangdong/Shenzhen",
        given="Li, Wei, Fang, Jing, Lei, Xiu",
        family="Wang, Zhang, Liu, Chen, Yang, Zhao",
    ),
    _place(
        country="Japan",
        weight=5,
        zone="+09:00",
        language="ja-JP",
        phone="+81 3 5550 01##",
        cities="Tokyo/Tokyo, Osaka/Osaka, Fukuoka/Fukuoka",
        given="Yuki, Haruto, Sakura, Kenji, Aiko, Ren",
        family="Sato, Suzuki, Takahashi, Tanaka, Ito, Kobayashi",
    ),
    _place(
        country="Australia",
        weight=6,
        zone="+10:00",
        language="en-AU",
        phone="+61 2 5550 01##",
        cities="New South Wales/Sydney, Victoria/Melbourne, Queensland/Brisbane",
        given="Matilda, Jack, Ruby, Angus, Evie, Lachlan",
        family="Kelly, Harris, Thompson, Ryan, Fraser, Mitchell",
    ),
)
