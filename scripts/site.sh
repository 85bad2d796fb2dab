# A gateway and simulated banks in a folder of their own: what scripts/demo and sandbox share.
# Sourced after lib.sh, not run. The folder is $site, which others may enter and not read: a second
# user of this machine approves what takes two people.
# shellcheck shell=bash

# shellcheck disable=SC2154 # lib.sh says where root is
bin=${LINKGATE_BIN:-$root/build/src}
site='' port=0 gateway=''
listen=127.0.0.1 # where banks connect
reach=127.0.0.1  # and where from this machine

stop_one() { # PID
    [ -n "$1" ] || return 0
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

field() { # NAME: that member's value in the last line of JSON that has it
    sed -n -e "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p;t" -e "s/.*\"$1\": *\([^,}]*\).*/\1/p" | tail -n 1
}

control() { "$bin/linkgatectl" --socket "$site/admin.sock" "$@"; }
at() { # BANK-NAME COMMAND...: to that simulated bank
    local bank=$1
    shift
    "$bin/linkgate-bank" ctl "$site/$bank.sock" "$@"
}

wait_for() { # WHAT COMMAND...
    local what=$1
    shift
    for _ in $(seq 600); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    fail "waited a minute in vain for $what"
}

# ---- keys and certificates ----------------------------------------------------------------------

# All that is missing of it; the gateway's certificate is made anew, with the same key.
make_keys() { # NAME[,NAME...]: by which the gateway is called
    [ -e "$site/pki/ca.crt" ] || "$root/certs/make-ca" "$site/pki" >/dev/null
    local key=()
    [ ! -e "$site/pki/gateway.key" ] || key=(--key "$site/pki/gateway.key")
    rm -f "$site/pki/gateway.crt"
    "$root/certs/make-cert" "$site/pki" gateway --gateway "$1" "${key[@]}" >/dev/null
    [ -e "$site/store.keys" ] || "$bin/linkgated" --make-keys "$site/store.keys" >/dev/null
}

certificate() { # CODE: a bank's key and certificate, if there are none
    [ -e "$site/pki/$1.crt" ] ||
        "$root/certs/make-cert" "$site/pki" "$1" --bank "$1" >/dev/null
}

# ---- the gateway --------------------------------------------------------------------------------

serving() { control --json status | grep -q '"state": *"SERVING"'; }

write_gateway_config() { # PORT
    cat >"$site/linkgated.ini" <<END
[gateway]
host = $listen
port = $1
[tls]
ca = $site/pki/ca.crt
certificate = $site/pki/gateway.crt
key = $site/pki/gateway.key
[store]
dir = $site/store
keys = $site/store.keys
map_mib = 256
[log]
segment_mib = 4
[admin]
socket = $site/admin.sock
group = $second_group
END
}

start_gateway() { # PORT, 0 for any
    write_gateway_config "$1"
    "$bin/linkgated" --config "$site/linkgated.ini" >>"$site/linkgated.log" 2>&1 &
    gateway=$!
    for _ in $(seq 600); do
        if serving 2>/dev/null; then
            port=$(control --json status | field port)
            return
        fi
        kill -0 "$gateway" 2>/dev/null ||
            fail "the gateway ended; its last words are" "$(tail -n 5 "$site/linkgated.log")"
        sleep 0.1
    done
    fail "waited a minute in vain for the gateway" "$(tail -n 5 "$site/linkgated.log")"
}

# ---- banks --------------------------------------------------------------------------------------

# Made-up persons (there is no region 999999), each with an account at two banks: name, id number,
# mobile, Class II account, Class I account.
people() {
    cat <<'END'
张·三,999999199001010016,13800000001,6236330000000000005,6226220000000009
欧阳娜娜,999999198502020015,13800000002,6236330000000000013,6226221234567896
李雷,99999919780303001X,13800000003,6236330000000000021,6226220000000017
王𠮷,999999199511040047,13800000004,6236330000000000039,6226220000000140
赵六,999999200002290051,13800000005,6236330000000000047,6226220000000157
钱多多,999999197909150060,13800000006,6236330000000000054,6226220000000165
周远方,99999919880808007X,13800000007,6236330000000000062,6226220000000173
吴小满,999999199205200081,13800000008,6236330000000000070,6226220000000181
END
}

# shellcheck disable=SC2034 # for those who source this
accounts_head=name,id_number,mobile,account,class,status,opening,balance_fen,joint,credit,minor

# Lines for an accounts file, of persons that come in as people() tells them.
accounts_of() { # 1|2: the class of account; STATUS JOINT
    local name id mobile two one
    while IFS=, read -r name id mobile two one; do
        case $1 in
            1) say "$name,$id,$mobile,$one,1,$2,counter,20000000,$3,no,no" ;;
            2) say "$name,$id,$mobile,$two,2,$2,remote,5000000,$3,no,no" ;;
        esac
    done
}

start_bank() { # NAME CODE ROLES [SETTLE [ORDERS]]; its accounts stand in $site/NAME.csv
    cat >"$site/$1.ini" <<END
[gateway]
host = $reach
port = $port
reconnect_max_ms = 500
[bank]
code = $2
roles = $3
settle = ${4:-by-hand}
[orders]
answer = ${5:-by-hand}
price = 1250000
allotted = 80
redeem_price = 1300000
[tls]
ca = $site/pki/ca.crt
certificate = $site/pki/$2.crt
key = $site/pki/$2.key
[data]
dir = $site/$1
map_mib = 64
accounts = $site/$1.csv
control = $site/$1.sock
END
    "$bin/linkgate-bank" --config "$site/$1.ini" >"$site/$1.log" 2>&1 &
}

# Puts the bank of the certificate pki/CODE.crt into the registry, unless it is there. Takes two
# people: see need_second.
register() { # CODE NAME ROLES
    local pin known
    pin=$("$root/certs/pin" "$site/pki/$1.crt")
    known=$(control --json bank list)
    if grep -q "\"$pin\"" <<<"$known"; then
        return
    elif grep -q "\"$1\"" <<<"$known"; then
        order_by_two "$site" "$bin/linkgatectl" bank pin add "$1" "$pin"
    else
        order_by_two "$site" "$bin/linkgatectl" bank add "$1" --name "$2" --roles "$3" --pin "$pin"
    fi
}
