-- nChat's tables as its migrations make them, as far as they are read: counters that may be NULL,
-- enumerations, row-level security without FORCE, and no other indexes than nChat's own.
CREATE TYPE user_status AS ENUM ('active', 'inactive', 'suspended', 'deleted');
CREATE TYPE presence_status AS ENUM ('online', 'away', 'dnd', 'offline', 'invisible');
CREATE TYPE channel_type AS ENUM ('public', 'private', 'direct', 'group', 'announcement');
CREATE TYPE member_role AS ENUM ('owner', 'admin', 'moderator', 'member', 'guest');
CREATE TYPE message_type AS ENUM ('text', 'system', 'bot', 'file', 'voice', 'video', 'embed');
CREATE TYPE attachment_type AS ENUM ('image', 'video', 'audio', 'document', 'archive', 'other');

CREATE TABLE nchat_users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    email VARCHAR(255) UNIQUE,
    display_name VARCHAR(100),
    username VARCHAR(50),
    status user_status DEFAULT 'active',
    locale VARCHAR(10),
    timezone VARCHAR(50) DEFAULT 'UTC',
    metadata JSONB,
    last_seen_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    deleted_at TIMESTAMPTZ,
    source_account_id TEXT NOT NULL DEFAULT 'primary'
);
CREATE INDEX ON nchat_users (created_at);
CREATE INDEX ON nchat_users (source_account_id, created_at DESC);

CREATE TABLE nchat_channels (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id UUID,
    name VARCHAR(100),
    slug VARCHAR(100),
    type channel_type DEFAULT 'public',
    is_default BOOLEAN,
    is_archived BOOLEAN,
    member_count INTEGER,
    message_count INTEGER,
    last_message_at TIMESTAMPTZ,
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    archived_at TIMESTAMPTZ,
    source_account_id TEXT NOT NULL DEFAULT 'primary'
);
CREATE INDEX ON nchat_channels (source_account_id, created_at DESC);

CREATE TABLE nchat_channel_members (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    channel_id UUID NOT NULL REFERENCES nchat_channels ON DELETE CASCADE,
    user_id UUID NOT NULL,
    role member_role DEFAULT 'member',
    last_read_at TIMESTAMPTZ,
    joined_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    invited_by UUID,
    source_account_id TEXT NOT NULL DEFAULT 'primary',
    UNIQUE (channel_id, user_id)
);
CREATE INDEX ON nchat_channel_members (source_account_id, joined_at DESC);

CREATE TABLE nchat_messages (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    channel_id UUID NOT NULL REFERENCES nchat_channels ON DELETE CASCADE,
    user_id UUID,
    thread_id UUID,
    parent_message_id UUID,
    content TEXT,
    content_html TEXT,
    content_plain TEXT,
    type message_type DEFAULT 'text',
    metadata JSONB,
    mentions UUID[],
    is_edited BOOLEAN,
    is_pinned BOOLEAN,
    is_deleted BOOLEAN,
    is_system BOOLEAN,
    reaction_count INTEGER,
    reply_count INTEGER,
    edited_at TIMESTAMPTZ,
    deleted_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    source_account_id TEXT NOT NULL DEFAULT 'primary'
);
CREATE INDEX ON nchat_messages (created_at);
CREATE INDEX ON nchat_messages (channel_id, created_at);
CREATE INDEX ON nchat_messages (source_account_id, created_at DESC);

CREATE TABLE nchat_reactions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    message_id UUID NOT NULL REFERENCES nchat_messages ON DELETE CASCADE,
    user_id UUID NOT NULL,
    emoji VARCHAR(50) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    source_account_id TEXT NOT NULL DEFAULT 'primary',
    UNIQUE (message_id, user_id, emoji)
);
CREATE INDEX ON nchat_reactions (source_account_id, created_at DESC);

CREATE TABLE nchat_attachments (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    message_id UUID REFERENCES nchat_messages ON DELETE CASCADE,
    user_id UUID,
    filename VARCHAR(255),
    original_filename VARCHAR(255),
    url TEXT,
    type attachment_type,
    mime_type VARCHAR(100),
    size_bytes BIGINT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX ON nchat_attachments (created_at);

CREATE TABLE nchat_presence (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID UNIQUE,
    status presence_status DEFAULT 'offline',
    last_heartbeat_at TIMESTAMPTZ,
    source_account_id TEXT NOT NULL DEFAULT 'primary'
);
CREATE INDEX ON nchat_presence (last_heartbeat_at);

CREATE TABLE nchat_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID,
    device_type VARCHAR(50),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX ON nchat_sessions (created_at);

CREATE TABLE nchat_search_history (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID,
    query TEXT,
    result_count INTEGER,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    source_account_id TEXT NOT NULL DEFAULT 'primary'
);
CREATE INDEX ON nchat_search_history (source_account_id, created_at DESC);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON nchat_messages FOR EACH ROW EXECUTE FUNCTION touch();

ALTER TABLE nchat_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE nchat_channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE nchat_channel_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE nchat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE nchat_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE nchat_presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_messages ON nchat_messages
    USING (source_account_id = current_setting('app.current_source_account_id', true));
